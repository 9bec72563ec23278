import * as z from "zod";

// Loaded by the start script without a build (Node strips the types), so it imports nothing but zod.

const MAX_HEALTH_URLS = 32;

export interface Settings {
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
  allowUnprotected: boolean;
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  /** Null: every real source in its usual order, and simulation only when none answers. */
  gpuSources: ("smi" | "health" | "simulated")[] | null;
  /** Null: `nvidia-smi` on PATH. */
  nvidiaSmiPath: string | null;
  aiHealthUrls: string[];
  pollIntervalMs: number;
  historyMinutes: number;
  httpTimeoutMs: number;
}

export interface SettingProblem {
  name: string;
  /** What is wrong, without the value where it may hold a secret. */
  problem: string;
  allowed: string;
  /** A sentence that is more to the point than what is allowed. */
  hint?: string;
}

export type ParsedSettings =
  { ok: true; settings: Settings } | { ok: false; problems: SettingProblem[] };

interface SettingRow<Key extends keyof Settings = keyof Settings> {
  name: string;
  /** As written in `.env`; "" when the default is to leave it unset. */
  default: string;
  range: string;
  meaning: string;
  key: Key;
  schema: z.ZodType<Settings[Key], string>;
  whenUnset: Settings[Key];
}

const path = z.string().max(4096, "is longer than 4096 characters");

const databaseUrl = z.string().refine((text) => hasProtocol(text, ["postgres:", "postgresql:"]), {
  message: "is not the address of a PostgreSQL database",
});

const host = z
  .string()
  .regex(
    /^(?:[a-z\d](?:[a-z\d.-]{0,252}[a-z\d])?|[\da-f:.]*::?[\da-f:.]*)$/i,
    "is neither an address nor a host name",
  );

const port = z
  .string()
  .regex(/^\d{1,9}$/, "is not a whole number")
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, "is out of range");

const flag = z.enum(["true", "false"], "is neither true nor false").transform((v) => v === "true");

const logLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal"], "is not a log level");

const gpuSources = list()
  .pipe(z.array(z.enum(["smi", "health", "simulated"], "names an unknown source")).min(1))
  .refine((sources) => new Set(sources).size === sources.length, "names a source twice");

/** The same check as in the collector's settings, which refuse `http:host` although it can be parsed. */
const httpUrl = z.url({ protocol: /^https?$/ });

const aiHealthUrls = list()
  .refine(
    (urls) => urls.every((url) => httpUrl.safeParse(url).success),
    "holds something that is not an http or https address",
  )
  .refine(
    (urls) => urls.length <= MAX_HEALTH_URLS,
    `holds more than ${MAX_HEALTH_URLS.toString()} addresses`,
  );

/** A decimal number within bounds, times `factor`, as a whole number. */
function decimal({ min, max, factor }: { min: number; max: number; factor: number }) {
  return z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,6})?$/, "is not a number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, "is out of range")
    .transform((value) => Math.round(value * factor));
}

function list() {
  return z
    .string()
    .max(16_384, "is too long")
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every((part) => part !== ""), "has an empty entry");
}

function hasProtocol(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.includes(url.protocol) && url.hostname !== "";
}

function row<Key extends keyof Settings>(setting: SettingRow<Key>): SettingRow<Key> {
  return setting;
}

/** All settings, in the order of `.env.example` and of the README's table. */
const rows = [
  row({
    name: "DATABASE_URL",
    default: "",
    range: "a postgres:// or postgresql:// address",
    meaning: "Your own PostgreSQL. Unset: Sightline runs its own in DATA_DIR.",
    key: "databaseUrl",
    schema: databaseUrl,
    whenUnset: null,
  }),
  row({
    name: "DATA_DIR",
    default: "./.data",
    range: "a folder that can be written",
    meaning: "Where the embedded PostgreSQL keeps its data.",
    key: "dataDir",
    schema: path,
    whenUnset: "./.data",
  }),
  row({
    name: "HOST",
    default: "127.0.0.1",
    range: "an address or a host name; any but loopback needs ALLOW_UNPROTECTED=true",
    meaning: "The address that the server listens on.",
    key: "host",
    schema: host,
    whenUnset: "127.0.0.1",
  }),
  row({
    name: "PORT",
    default: "3000",
    range: "1 to 65535",
    meaning: "The port that the server listens on.",
    key: "port",
    schema: port,
    whenUnset: 3000,
  }),
  row({
    name: "ALLOW_UNPROTECTED",
    default: "false",
    range: "true or false",
    meaning: "Let HOST be an address that others reach, although nobody has to sign in yet.",
    key: "allowUnprotected",
    schema: flag,
    whenUnset: false,
  }),
  row({
    name: "LOG_LEVEL",
    default: "info",
    range: "trace, debug, info, warn, error or fatal",
    meaning: "The least severe lines that the server logs.",
    key: "logLevel",
    schema: logLevel,
    whenUnset: "info",
  }),
  row({
    name: "GPU_SOURCES",
    default: "",
    range: "a comma separated list of smi, health and simulated, each at most once",
    meaning:
      "Where GPU values come from, first choice first. Unset: smi, then health; simulated only when neither answers.",
    key: "gpuSources",
    schema: gpuSources,
    whenUnset: null,
  }),
  row({
    name: "NVIDIA_SMI_PATH",
    default: "",
    range: "the path of a program",
    meaning: "The nvidia-smi to run. Unset: the one on PATH.",
    key: "nvidiaSmiPath",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "AI_HEALTH_URLS",
    default: "",
    range: "at most 32 http or https addresses, comma separated",
    meaning: "Health addresses of AI services that report GPU values.",
    key: "aiHealthUrls",
    schema: aiHealthUrls,
    whenUnset: [],
  }),
  row({
    name: "GPU_POLL_INTERVAL_SECONDS",
    default: "1",
    range: "0.2 to 60 seconds",
    meaning: "How often GPUs are read.",
    key: "pollIntervalMs",
    schema: decimal({ min: 0.2, max: 60, factor: 1000 }),
    whenUnset: 1000,
  }),
  row({
    name: "GPU_STATS_HISTORY_MINUTES",
    default: "60",
    range: "1 to 1440 minutes",
    meaning: "How much GPU history is kept in memory. The database keeps more.",
    key: "historyMinutes",
    schema: decimal({ min: 1, max: 1440, factor: 1 }),
    whenUnset: 60,
  }),
  row({
    name: "GPU_HTTP_TIMEOUT",
    default: "5",
    range: "1 to 60 seconds",
    meaning: "How long an AI service may take to answer its health address.",
    key: "httpTimeoutMs",
    schema: decimal({ min: 1, max: 60, factor: 1000 }),
    whenUnset: 5000,
  }),
] as const;

/** What `.env.example` and the README must say of each setting. */
export const settingsTable: readonly Pick<SettingRow, "name" | "default" | "range" | "meaning">[] =
  rows.map(({ name, default: standard, range, meaning }) => ({
    name,
    default: standard,
    range,
    meaning,
  }));

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. The server reads it here and nowhere else. */
export function currentEnvironment(): Environment {
  return process.env;
}

/** True in the built server; hot reload and its looser headers are for development only. */
export function isProduction(): boolean {
  return process.env.NODE_ENV === "production";
}

/** Next would tell its makers about each build and start. */
export function switchOffNextTelemetry(): void {
  process.env.NEXT_TELEMETRY_DISABLED = "1";
}

/**
 * Reads all settings and reports every problem at once, not only the first. An empty value counts as unset.
 * `envFileNames`: the names that stand in `.env`; an unknown one is a typing error and a problem.
 */
export function parseSettings(
  env: Environment,
  { envFileNames = [] }: { envFileNames?: readonly string[] } = {},
): ParsedSettings {
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const setting of rows) {
    const text = env[setting.name]?.trim() ?? "";
    if (text === "") {
      values[setting.key] = setting.whenUnset;
      continue;
    }
    const result = (setting.schema as z.ZodType).safeParse(text);
    if (result.success) values[setting.key] = result.data;
    else problems.push(problemOf(setting, result.error.issues[0]?.message));
  }
  // Sound: each row's type ties its key to its schema and to its default.
  const settings = values as unknown as Settings;
  if (needsProtection(settings)) {
    problems.push({
      name: "HOST",
      problem:
        "lets others reach a server that nobody has to sign in to; set ALLOW_UNPROTECTED=true if your network protects it",
      allowed: "127.0.0.1, ::1 or localhost without ALLOW_UNPROTECTED=true",
    });
  }
  problems.push(...unknownNames(envFileNames));
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems };
}

function problemOf(setting: { name: string; range: string }, message: string | undefined) {
  return { name: setting.name, problem: message ?? "is not allowed", allowed: setting.range };
}

function needsProtection({ host: name, allowUnprotected }: Partial<Settings>): boolean {
  return name !== undefined && !isLoopback(name) && allowUnprotected !== true;
}

/** True of an address or name that only this machine reaches. */
export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i.test(name);
}

function unknownNames(names: readonly string[]): SettingProblem[] {
  const known = rows.map((setting) => setting.name);
  return names
    .filter((name) => !known.some((other) => other === name))
    .map((name) => {
      const best = nearest(name, known);
      const hint = best === null ? {} : { hint: `Did you mean ${best}?` };
      return { name, problem: "is not a setting", allowed: `one of ${known.join(", ")}`, ...hint };
    });
}

/** The known name that a typing error most likely meant; null when none is near. */
function nearest(name: string, known: readonly string[]): string | null {
  const [best] = known
    .map((other) => ({ other, distance: editDistance(name.toUpperCase(), other) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, best.other.length / 3) ? best.other : null;
}

/** Levenshtein: the fewest single-character edits between two names. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const current = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      const substituted = (previous[j] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(substituted, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
