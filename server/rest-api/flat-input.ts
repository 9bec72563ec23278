import * as z from "zod";
import type { HttpError } from "@/server/http/error-answer";
import { type JsonSchema, typesOf } from "./json-schema";

/** How the text of one parameter is read. */
interface FlatField {
  kind: "string" | "number" | "boolean";
  /** The text `null` is null. Never of free text, where it may be a word. */
  takesNull: boolean;
  /** Given once for each value. */
  isArray: boolean;
}

export type FlatFields = ReadonlyMap<string, FlatField>;

const MAX_PROBLEMS = 20;
/** The grammar of JSON: no hexadecimal, no spaces, no `Infinity`. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The parameters that an input becomes in an address; null when it has parts that are no scalars and no lists of them. */
export function flatFieldsOf(input: z.ZodType | null): FlatFields | null {
  if (input === null) return new Map();
  const schema = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as JsonSchema;
  if (schema.type !== "object" || !schema.properties) return null;
  if (typeof schema.additionalProperties === "object" || schema.patternProperties) return null;
  const fields = Object.entries(schema.properties).map(
    ([name, property]) => [name, fieldOf(property)] as const,
  );
  const known = fields.filter((field): field is [string, FlatField] => field[1] !== null);
  return known.length === fields.length ? new Map(known) : null;
}

function fieldOf(schema: JsonSchema): FlatField | null {
  if (schema.type !== "array") return scalarOf(schema);
  if (typeof schema.items !== "object" || Array.isArray(schema.items)) return null;
  const item = scalarOf(schema.items);
  return item && { ...item, isArray: true };
}

function scalarOf(schema: JsonSchema): FlatField | null {
  const kinds = new Set<string>();
  collectKinds(schema, kinds);
  const takesNull = kinds.delete("null");
  // Enumerated words are told from `null`; free text is not, so that such an input is sent as JSON.
  if (takesNull && kinds.has("text")) return null;
  const [kind, ...more] = [...kinds].map((one) => (one === "text" ? "string" : one));
  if (more.length > 0 || (kind !== "string" && kind !== "number" && kind !== "boolean"))
    return null;
  return { kind, takesNull, isArray: false };
}

/** `text` is any string, `string` one of several words. */
function collectKinds(schema: JsonSchema, kinds: Set<string>): void {
  if (schema.anyOf) {
    for (const one of schema.anyOf) collectKinds(one, kinds);
    return;
  }
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  if (values.length > 0) {
    for (const value of values) kinds.add(value === null ? "null" : typeof value);
    return;
  }
  const types = typesOf(schema);
  for (const type of types) kinds.add(kindsByType[type] ?? type);
  if (types.length === 0) kinds.add("anything");
}

const kindsByType: Readonly<Record<string, string>> = { integer: "number", string: "text" };

export type FlatInput =
  | { ok: true; input: Record<string, unknown> }
  | { ok: false; fields: NonNullable<HttpError["fields"]> };

/**
 * The input that an address carries. Refused are parameters that nobody knows and scalars that come twice; what a value may be is
 * left to the schema, which says it in the same words as for JSON.
 */
export function readFlatInput(fields: FlatFields, query: URLSearchParams): FlatInput {
  const problems: { field: string; message: string }[] = [];
  const values: [string, unknown][] = [];
  for (const name of new Set(query.keys())) {
    const field = fields.get(name);
    const texts = query.getAll(name);
    if (!field) problems.push({ field: name, message: unknownParameter(fields) });
    else if (field.isArray) values.push([name, texts.map((text) => valueOf(text, field))]);
    else if (texts.length > 1) problems.push({ field: name, message: "give it once" });
    else values.push([name, valueOf(texts[0] ?? "", field)]);
  }
  if (problems.length > 0) return { ok: false, fields: problems.slice(0, MAX_PROBLEMS) };
  return { ok: true, input: Object.fromEntries(values) };
}

function unknownParameter(fields: FlatFields): string {
  const names = [...fields.keys()].join(", ");
  return names === "" ? "this address takes no parameters" : `there is none; there are ${names}`;
}

function valueOf(text: string, { kind, takesNull }: FlatField): unknown {
  if (takesNull && text === "null") return null;
  if (kind === "number" && NUMBER.test(text)) return Number(text);
  if (kind === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
