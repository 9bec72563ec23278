import type { Operation } from "../document/open-api";

/** The operation as a person tries it. The address and the key stand in variables of the shell. */
export function curlOf(method: "get" | "post", path: string, operation: Operation): string {
  const lines = [
    `curl ${method === "post" ? "-X POST " : ""}"$SIGHTLINE_URL${path}${queryOf(operation)}"`,
  ];
  if (operation["x-policy"] === "account") lines.push(`  -H "Cookie: sightline=SESSION"`);
  else if (operation["x-policy"] !== "public")
    lines.push(`  -H "Authorization: Bearer $SIGHTLINE_API_KEY"`);
  if (method === "post") lines.push(`  -H "Content-Type: application/json"`);
  const example = operation.requestBody?.content["application/json"]?.example;
  if (example !== undefined) lines.push(`  -d ${quoted(JSON.stringify(example))}`);
  return lines.join(" \\\n");
}

function queryOf({ parameters = [] }: Operation): string {
  const pairs = parameters
    .filter((parameter) => parameter.in === "query" && parameter.example !== undefined)
    .flatMap(({ name, example }) =>
      (Array.isArray(example) ? (example as unknown[]) : [example]).map(
        (value) => `${name}=${encodeURIComponent(String(value))}`,
      ),
    );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
