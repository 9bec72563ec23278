import { type JsonSchema, typesOf } from "../json-schema";
import { type Html, markup, nothing } from "./markup";

const MAX_WORDS = 40;

/** What a schema takes, in a few words: `list of GpuUuid, 1 to 64 items`. Named schemas are links. */
export function typeHtml(schema: JsonSchema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return markup`<a href="#schema-${name}">${name}</a>`;
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return joined(options.map(typeHtml), " or ");
  if (schema.enum) return wordsHtml(schema.enum);
  if (schema.const !== undefined) return wordsHtml([schema.const]);
  const texts = typesOf(schema).map((type) => plainTypeHtml(type, schema));
  return texts.length === 0 ? markup`anything` : joined(texts, " or ");
}

function plainTypeHtml(type: string, schema: JsonSchema): Html {
  if (type === "array") {
    const items = Array.isArray(schema.items) ? undefined : schema.items;
    return markup`list of ${items ? typeHtml(items) : "anything"}${boundsHtml(schema, "items")}`;
  }
  if (type === "object" && typeof schema.additionalProperties === "object")
    return markup`object: ${schema.propertyNames ? typeHtml(schema.propertyNames) : "any key"} →
    ${typeHtml(schema.additionalProperties)}`;
  const format = schema.format === undefined ? "" : ` (${schema.format})`;
  if (type === "string") return markup`string${format}${boundsHtml(schema, "characters")}`;
  return markup`${type}${format}${boundsHtml(schema, "")}`;
}

function boundsHtml(schema: JsonSchema, unit: string): Html {
  const of = { items: ["minItems", "maxItems"], characters: ["minLength", "maxLength"] } as const;
  const [least, most] =
    unit === "items" || unit === "characters" ? of[unit] : (["minimum", "maximum"] as const);
  const from = schema[least];
  const to = schema[most];
  if (from === undefined && to === undefined) return nothing;
  const words = unit === "" ? "" : ` ${unit}`;
  if (to === undefined) return markup`, at least ${from ?? 0}${words}`;
  return markup`, ${from === undefined ? "at most" : `${from} to`} ${to}${words}`;
}

function wordsHtml(values: readonly (string | number | boolean | null)[]): Html {
  const shown = values.slice(0, MAX_WORDS).map((value) => markup`<code>${String(value)}</code>`);
  return joined(values.length > MAX_WORDS ? [...shown, markup`…`] : shown, " | ");
}

function joined(parts: readonly Html[], between: string): Html {
  return markup`${parts.flatMap((part, place) => (place === 0 ? [part] : [markup`${between}`, part]))}`;
}

/** The fields of a schema, or what it is where it has none. Objects without a name of their own are opened up. */
export function fieldsHtml(schema: JsonSchema): Html {
  if (!schema.properties) return markup`<p>${typeHtml(schema)}</p>`;
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties).map(
    ([name, property]) =>
      markup`<dt><code>${name}</code>${required.has(name) ? nothing : optional}</dt>
        <dd>${fieldHtml(property)}</dd>`,
  );
  return markup`<dl>${rows}</dl>`;
}

function fieldHtml(schema: JsonSchema): Html {
  const inner = anonymousObjectIn(schema);
  const words = inner ? whatHolds(schema) : typeHtml(schema);
  const type = markup`<span class="type">${words}</span>${usualHtml(schema)}`;
  return inner ? markup`${type}${fieldsHtml(inner)}` : type;
}

export const optional = markup` <span class="note">optional</span>`;

/** What counts when a field is left out. */
export function usualHtml(schema: JsonSchema): Html {
  return schema.default === undefined
    ? nothing
    : markup`, usual <code>${JSON.stringify(schema.default)}</code>`;
}

function anonymousObjectIn(schema: JsonSchema): JsonSchema | null {
  if (schema.properties) return schema;
  if (typeof schema.items === "object" && !Array.isArray(schema.items))
    return anonymousObjectIn(schema.items);
  for (const one of schema.anyOf ?? []) {
    const inner = anonymousObjectIn(one);
    if (inner) return inner;
  }
  return null;
}

function whatHolds(schema: JsonSchema): string {
  if (typesOf(schema).includes("array")) return "list of objects";
  return schema.anyOf ? "object or null" : "object";
}
