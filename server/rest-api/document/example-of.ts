import { type JsonSchema, typesOf } from "../json-schema";

const NOON_MS = Date.UTC(2026, 10, 24, 12);
const NOON = "2026-11-24T12:00:00.000Z";
const UUID = "6f1c1e0e-5d0b-4a7e-9d3a-0c7f1b2a3d4e";

/** What the names of fields stand for; a schema alone does not tell a host from an address. */
const byName: Readonly<Record<string, unknown>> = {
  gpuUuid: "GPU-5c1e7a52-90ce-4a3f-8d53-2f2a4c1b7e90",
  gpu_uuid: "GPU-5c1e7a52-90ce-4a3f-8d53-2f2a4c1b7e90",
  gpuUuids: ["GPU-5c1e7a52-90ce-4a3f-8d53-2f2a4c1b7e90"],
  parentUuid: null,
  parent_uuid: null,
  migProfile: null,
  mig_profile: null,
  gpuName: "NVIDIA GeForce RTX 4080 SUPER",
  gpu_name: "NVIDIA GeForce RTX 4080 SUPER",
  gpuIndex: 0,
  gpu_index: 0,
  gpu: "atlas/0",
  metrics: ["utilizationPercent", "memoryUsedMib"],
  host: "atlas",
  service: "caption",
  model: "qwen2.5-vl-7b",
  email: "ada@example.org",
  password: "correct horse battery staple",
  currentPassword: "correct horse battery staple",
  newPassword: "another horse, another staple",
  name: "nightly report",
  hint: "sl_read_3fGh…",
  secret: "sl_read_3fGhExampleExampleExampleExampleExampleExa",
  code: "Q4TX-7WMB-K2RD",
  version: "0.1.0",
  url: "https://hooks.example.org/sightline",
  address: "192.0.2.7",
  device: "Firefox on Linux",
  detail: "nvidia-smi answers",
  problem: null,
  note: null,
  message: "Everything answers.",
  at: NOON_MS,
  stepMs: 10_000,
  lastError: null,
  revokedAtMs: null,
  disabledAtMs: null,
  stale: false,
  simulated: false,
  dryRun: true,
  dry_run: true,
  utilizationPercent: 62,
  memoryUsedMib: 13_992,
  memoryTotalMib: 16_376,
  temperatureCelsius: 64,
  powerWatts: 218,
  utilization: 62,
  gpu_utilization: 62,
  memory_used: 13_992,
  memory_total: 16_376,
  temperature: 64,
  power_usage: 218,
  memory_share: 85.4,
  sharePercent: 85.4,
  warning_threshold: 85,
  critical_threshold: 95,
  warningPercent: 85,
  criticalPercent: 95,
  pollIntervalMs: 1_000,
  containerId: "4c5d0f8e9a1b",
  container_id: "4c5d0f8e9a1b",
  controlGroup: "/system.slice/docker-4c5d0f8e9a1b.scope",
  control_group: "/system.slice/docker-4c5d0f8e9a1b.scope",
  action: "key.create",
  actions: ["key.create"],
  actorNames: ["ada@example.org"],
  target: "nightly report",
  traceId: "0af7651916cd43dd8448eb211c80319c",
  before: null,
  requestId: "0192f0c4a7b84c0e",
  createdBy: "ada@example.org",
  actorName: "ada@example.org",
  providers: [],
  missing: { fanSpeedPercent: "not_supported" },
};

interface Place {
  components: Record<string, JsonSchema>;
  /** Of the field that holds the value. */
  name?: string;
}

const makers: Readonly<Record<string, (schema: JsonSchema, place: Place) => unknown>> = {
  object: objectOf,
  array: ({ items, maxItems }, place) =>
    maxItems === 0 || typeof items !== "object" || Array.isArray(items)
      ? []
      : [exampleOf(items, place)],
  string: textOf,
  integer: numberOf,
  number: numberOf,
  boolean: () => true,
};

/** One value that fits a schema: the same for the same schema and name. */
export function exampleOf(schema: JsonSchema, place: Place): unknown {
  const named = place.name !== undefined && Object.hasOwn(byName, place.name);
  const value = named ? byName[place.name ?? ""] : undefined;
  if (named && suits(value, schema, place.components)) return value;
  const [fixed] = [schema.const, schema.enum?.[0], schema.default ?? undefined].filter(
    (one) => one !== undefined,
  );
  if (fixed !== undefined) return fixed;
  const inner = innerOf(schema, place.components).find(({ type }) => type !== "null");
  if (inner) return exampleOf(inner, place);
  const make = makers[typesOf(schema)[0] ?? ""];
  return make ? make(schema, place) : null;
}

/** The schemas that say what this one is: of a reference its target, of a choice the options. */
function innerOf(
  { $ref, anyOf, oneOf }: JsonSchema,
  components: Record<string, JsonSchema>,
): readonly JsonSchema[] {
  return $ref === undefined ? (anyOf ?? oneOf ?? []) : [targetOf($ref, components)];
}

function targetOf(reference: string, components: Record<string, JsonSchema>): JsonSchema {
  return components[reference.split("/").at(-1) ?? ""] ?? {};
}

/** Whether a value by name is of a type that the schema takes. */
function suits(
  value: unknown,
  schema: JsonSchema,
  components: Record<string, JsonSchema>,
): boolean {
  const inner = innerOf(schema, components);
  if (inner.length > 0) return inner.some((one) => suits(value, one, components));
  const words = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
  if (words) return words.some((one) => one === value);
  if (schema.format === "uuid") return false;
  const types = typesOf(schema);
  if (typeOf(value) === "number") return types.includes("integer") || types.includes("number");
  // An object by name is a record; one with fields of its own is made field by field.
  return types.includes(typeOf(value)) && (typeOf(value) !== "object" || !schema.properties);
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function objectOf(schema: JsonSchema, { components }: Place): unknown {
  const { properties = {}, additionalProperties, propertyNames, required } = schema;
  const entries = Object.entries(properties).map(
    ([name, one]) => [name, exampleOf(one, { components, name })] as const,
  );
  if (typeof additionalProperties !== "object") return Object.fromEntries(entries);
  const names = namesOf(propertyNames, components);
  // Of a record that needs not have every key, two show enough.
  const more = (required ? names : names.slice(0, 2)).map(
    (name) => [name, exampleOf(additionalProperties, { components, name })] as const,
  );
  return Object.fromEntries([...entries, ...more]);
}

function namesOf(schema: JsonSchema | undefined, components: Record<string, JsonSchema>): string[] {
  if (schema?.$ref !== undefined) return namesOf(targetOf(schema.$ref, components), components);
  return (schema?.enum ?? ["name"]).map(String);
}

function textOf({ format, minLength = 0 }: JsonSchema): string {
  if (format === "uuid") return UUID;
  if (format === "date-time") return NOON;
  return "text".padEnd(minLength, "-");
}

function numberOf(schema: JsonSchema, { name = "" }: Place): number {
  if (/(?:At|from|to|time)Ms$|^(?:from|to|times?)Ms$/i.test(name)) return NOON_MS;
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, exclusiveMinimum } = schema;
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return Math.min(maximum, Math.max(least, 1));
}
