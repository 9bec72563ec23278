import type { AnyTRPCRouter } from "@trpc/server";
import { describeSchemas, type SchemaUse } from "./document/describe-schemas";
import { nameSchemas } from "./document/named-schemas";
import { type JsonSchema, typesOf } from "./json-schema";
import { type ListedProcedure, listProcedures } from "./list-procedures";
import { operationIdOf } from "./rest-address";
import { procedureTexts } from "./written/procedure-texts";

interface Branch {
  [name: string]: Branch | string;
}

/**
 * TypeScript declarations of all procedures of the router, `SightlineApi`, and of the schemas that they use. The types of
 * `client/sightline-api.ts` say the same by inference, which needs the whole server: whoever installs the client has only this.
 */
export function clientTypes(router: AnyTRPCRouter): string {
  const procedures = listProcedures(router);
  const uses = procedures.flatMap(usesOf);
  const { schemas, components } = describeSchemas(nameSchemas({}), uses);
  const typeOfUse = new Map(uses.map((use, place) => [use.name, typeText(schemas[place] ?? {})]));
  const tree: Branch = {};
  for (const procedure of procedures) addTo(tree, procedure, typeOfUse);
  const types = Object.entries(components).map(
    ([name, schema]) => `export type ${name} = ${typeText(schema)};`,
  );
  return [...types, `export interface SightlineApi ${branchText(tree)}`, ""].join("\n");
}

function usesOf({ path, input, output }: ListedProcedure): SchemaUse[] {
  const id = operationIdOf(path);
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
  const answer: SchemaUse = { name: `${name}Answer`, schema: output, io: "output" };
  return input ? [{ name: `${name}Input`, schema: input, io: "input" }, answer] : [answer];
}

function addTo(
  tree: Branch,
  procedure: ListedProcedure,
  typeOfUse: ReadonlyMap<string, string>,
): void {
  const segments = procedure.path.split(".");
  const last = segments.pop() ?? "";
  let at = tree;
  for (const segment of segments) at = (at[segment] ??= {}) as Branch;
  const [summary] = procedureTexts[procedure.path] ?? [procedure.path];
  at[last] = `/** ${summary}. */\n${callText(procedure, typeOfUse)}`;
}

function callText(procedure: ListedProcedure, typeOfUse: ReadonlyMap<string, string>): string {
  const types = usesOf(procedure).map(({ name }) => typeOfUse.get(name) ?? "unknown");
  const output = types.at(-1) ?? "unknown";
  const input = types.length > 1 ? `input: ${types[0] ?? "unknown"}` : "input?: undefined";
  const verb = procedure.type === "query" ? "query" : "mutate";
  return `{ readonly ${verb}: (${input}, options?: SightlineCallOptions) => Promise<${output}> }`;
}

function branchText(branch: Branch): string {
  const members = Object.entries(branch).map(([name, inner]) => {
    if (typeof inner !== "string") return `readonly ${name}: ${branchText(inner)};`;
    const [comment = "", text = ""] = inner.split("\n");
    return `${comment}\nreadonly ${name}: ${text};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "unknown";
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return union(options.map(typeText));
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = typesOf(schema);
  return types.length === 0 ? "unknown" : union(types.map((type) => plainText(type, schema)));
}

function plainText(type: string, schema: JsonSchema): string {
  switch (type) {
    case "integer":
      return "number";
    case "array": {
      const items = Array.isArray(schema.items) ? undefined : schema.items;
      return `${items ? typeText(items) : "unknown"}[]`;
    }
    case "object":
      return objectText(schema);
    default:
      return type; // string, number, boolean, null
  }
}

function objectText({ properties, required = [], ...schema }: JsonSchema): string {
  if (!properties) {
    const keys = schema.propertyNames ? typeText(schema.propertyNames) : "string";
    const values =
      typeof schema.additionalProperties === "object"
        ? typeText(schema.additionalProperties)
        : "unknown";
    const record = `Record<${keys}, ${values}>`;
    return required.length > 0 || keys === "string" ? record : `Partial<${record}>`;
  }
  const members = Object.entries(properties).map(([name, property]) =>
    required.includes(name)
      ? `${JSON.stringify(name)}: ${typeText(property)};`
      : `${JSON.stringify(name)}?: ${typeText(property)} | undefined;`,
  );
  return `{ ${members.join(" ")} }`;
}

function union(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  return all.length === 1 ? (all[0] ?? "unknown") : `(${all.join(" | ")})`;
}
