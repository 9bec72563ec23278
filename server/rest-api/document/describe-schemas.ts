import * as z from "zod";
import { type JsonSchema, typesOf } from "../json-schema";

/** A schema as it is sent to the server, or as the server answers it. */
export interface SchemaUse {
  /** What the schema is called when it has no name of its own: `GpuCleanUpInput`. */
  name: string;
  schema: z.ZodType;
  io: "input" | "output";
}

interface Converted {
  properties: Record<string, JsonSchema>;
  definitions: Record<string, JsonSchema>;
}

const PREFIX = "#/components/schemas/";

/**
 * JSON Schemas for the uses, by place, and the components that they refer to. A named schema whose answered form differs from the
 * one that is sent (defaults are optional there, and always answered) has two components: `Name` and `NameOutput`.
 */
export function describeSchemas(
  named: ReadonlyMap<string, z.ZodType>,
  uses: readonly SchemaUse[],
): { schemas: JsonSchema[]; components: Record<string, JsonSchema> } {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const all = Object.fromEntries([...named].map(([name, schema]) => [`named ${name}`, schema]));
  const forms = {
    input: convert("input", { registry, all, uses }),
    output: convert("output", { registry, all, uses }),
  };
  const differing = differingNames([...named.keys()], forms);
  const components: Record<string, JsonSchema> = {};

  function nameOf(id: string, io: SchemaUse["io"]): string {
    return io === "output" && differing.has(id) ? `${id}Output` : id;
  }

  function linked(schema: JsonSchema, io: SchemaUse["io"]): JsonSchema {
    return mapSchema(schema, (one) => {
      if (one.$ref === undefined) return one;
      const id = one.$ref.replace("#/$defs/", "");
      const name = nameOf(id, io);
      const definition = forms[io].definitions[id];
      if (!Object.hasOwn(components, name) && definition) {
        components[name] = {}; // first, or a schema that holds itself would never end
        components[name] = linked(definition, io);
      }
      return { ...one, $ref: `${PREFIX}${name}` };
    });
  }

  const schemas = uses.map(({ name, io }, place) => {
    const schema = linked(forms[io].properties[`use ${place}`] ?? {}, io);
    if (schema.type !== "object" || !schema.properties) return schema;
    if (Object.hasOwn(components, name)) throw new Error(`Two schemas are called ${name}.`);
    components[name] = schema;
    return { $ref: `${PREFIX}${name}` };
  });
  return { schemas, components: sorted(components) };
}

function convert(
  io: SchemaUse["io"],
  parts: {
    registry: z.core.$ZodRegistry<{ id: string }>;
    all: Record<string, z.ZodType>;
    uses: readonly SchemaUse[];
  },
): Converted {
  const used = parts.uses.flatMap((use, place) =>
    use.io === io ? [[`use ${place}`, use.schema] as const] : [],
  );
  const whole = z.object({ ...parts.all, ...Object.fromEntries(used) });
  const written = z.toJSONSchema(whole, {
    io,
    metadata: parts.registry,
    unrepresentable: "any",
    override: ({ jsonSchema }) => tidy(jsonSchema as JsonSchema, io),
  }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  return { properties: written.properties ?? {}, definitions: written.$defs ?? {} };
}

/** Bounds that every number of JavaScript has say nothing; and an answer may have more keys tomorrow. */
function tidy(schema: JsonSchema, io: SchemaUse["io"]): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
  const values = (schema.anyOf ?? []).map((one) => one.const).filter((one) => one !== undefined);
  const [type] = schema.anyOf?.flatMap(typesOf) ?? [];
  if (type === undefined || values.length === 0 || values.length !== schema.anyOf?.length) return;
  delete schema.anyOf; // a choice of words or numbers, as an enumeration
  Object.assign(schema, { type, enum: values });
}

/** Names of schemas that are not the same when sent and when answered, themselves or in what they refer to. */
function differingNames(
  names: readonly string[],
  { input, output }: Record<SchemaUse["io"], Converted>,
): Set<string> {
  const differing = new Set(
    names.filter(
      (name) =>
        JSON.stringify(input.definitions[name]) !== JSON.stringify(output.definitions[name]),
    ),
  );
  let before = -1;
  while (before !== differing.size) {
    before = differing.size;
    for (const name of names)
      if (referencesOf(output.definitions[name] ?? {}).some((other) => differing.has(other)))
        differing.add(name);
  }
  return differing;
}

function referencesOf(schema: JsonSchema): string[] {
  const text = JSON.stringify(schema);
  return [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name = ""]) => name);
}

/** The schema with each schema in it replaced, the inner ones first. */
function mapSchema(schema: JsonSchema, change: (one: JsonSchema) => JsonSchema): JsonSchema {
  const map = (one: JsonSchema) => mapSchema(one, change);
  const { id: _id, ...copy } = schema as JsonSchema & { id?: string };
  for (const key of ["anyOf", "oneOf", "allOf", "prefixItems"] as const)
    if (copy[key]) copy[key] = copy[key].map(map);
  for (const key of ["properties", "patternProperties"] as const)
    if (copy[key]) copy[key] = mapRecord(copy[key], map);
  if (typeof copy.additionalProperties === "object")
    copy.additionalProperties = map(copy.additionalProperties);
  if (copy.propertyNames) copy.propertyNames = map(copy.propertyNames);
  if (copy.items) copy.items = Array.isArray(copy.items) ? copy.items.map(map) : map(copy.items);
  return change(copy);
}

function mapRecord(record: Record<string, JsonSchema>, map: (one: JsonSchema) => JsonSchema) {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, map(one)]));
}

function sorted(components: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const names = Object.keys(components).sort();
  return Object.fromEntries(names.map((name) => [name, components[name] ?? {}]));
}
