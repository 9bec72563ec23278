/**
 * One column as PostgreSQL's text form of an array, `{1,2,NULL}`. A statement given its columns like this is as fast as
 * COPY; with JavaScript arrays as parameters it is half as fast (see `npm run bench`, ingest).
 */
export function numberArrayLiteral(length: number, valueAt: (at: number) => number | null): string {
  let text = "{";
  for (let at = 0; at < length; at++) {
    if (at > 0) text += ",";
    text += `${valueAt(at) ?? "NULL"}`;
  }
  return text + "}";
}

/** The same for text: each value in double quotes, so that `NULL`, `{` or an empty text stay text. */
export function textArrayLiteral(values: readonly (string | null)[]): string {
  const quoted = values.map((value) =>
    value === null ? "NULL" : `"${value.replaceAll(/["\\]/g, "\\$&")}"`,
  );
  return `{${quoted.join(",")}}`;
}

/** As many nulls. */
export function nullArrayLiteral(length: number): string {
  return `{${"NULL,".repeat(length).slice(0, -1)}}`;
}
