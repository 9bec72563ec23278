import type * as z from "zod";
import { identityProblems } from "./identity-settings.ts";
import type { SettingRow } from "./setting-row.ts";
import { settingRows } from "./settings-table.ts";
import { tokenProblems } from "./token-settings.ts";

// Loaded by the start script without a build (Node strips the types), so it imports nothing but its table, by its whole name.

export interface Settings {
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  dataDir: string;
  host: string;
  port: number;
  /** The address that people open, without a path; null: what they happened to use. */
  publicUrl: string | null;
  /** Addresses and networks whose X-Forwarded-… is believed. */
  trustedProxies: string[];
  /** Null: viewer for direct requests of this machine while PUBLIC_URL is unset, none for all others. */
  anonymousRole: "viewer" | "none" | null;
  /** Null: open for direct requests of this machine, with a key for all others. */
  metricsAccess: "open" | "key" | null;
  promptContentRole: "viewer" | "operator" | "admin";
  sessionIdleMs: number;
  sessionMaxMs: number;
  adminEmail: string | null;
  adminPasswordFile: string | null;
  initialAdminKeyFile: string | null;
  oidcIssuer: string | null;
  oidcClientId: string | null;
  oidcClientSecretFile: string | null;
  oidcName: string | null;
  /** Null: a person without an account is refused. */
  oidcDefaultRole: "viewer" | "operator" | null;
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
  /** Null: every real source in its usual order, and simulation only when none answers. */
  gpuSources: ("nvml" | "smi" | "dcgm" | "amd" | "intel" | "health" | "simulated")[] | null;
  /** Null: the library that the system finds. */
  nvmlLibraryPath: string | null;
  /** Null: `nvidia-smi` on PATH. */
  nvidiaSmiPath: string | null;
  /** Null: `amd-smi` or `rocm-smi` on PATH. */
  amdSmiPath: string | null;
  /** Null: `xpu-smi` on PATH. */
  xpuSmiPath: string | null;
  gpuExporterUrls: string[];
  aiHealthUrls: string[];
  /** Null: the machine's own name. */
  gpuHostName: string | null;
  pollIntervalMs: number;
  historyMinutes: number;
  httpTimeoutMs: number;
  rawRetentionDays: number;
  rollup10sRetentionDays: number;
  rollup1mRetentionDays: number;
  rollup1hRetentionDays: number;
  spoolMaxMib: number;
  pressureWarningPercent: number;
  pressureCriticalPercent: number;
  firstProfileContextWindow: number;
  firstProfileMaxOutputTokens: number;
  /** As written: an unknown name is counted as cl100k_base, with a warning. */
  firstProfileEncoding: string;
  firstProfileWarningThreshold: number;
  contextTruncationEnabled: boolean;
  promptSamples: boolean;
  promptSampleRetentionMs: number;
  tokenLedgerRetentionDays: number;
  tokenRollupRetentionDays: number;
  budgetTimeZone: string;
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

type SettingText = Pick<SettingRow, "name" | "default" | "range" | "meaning">;

/** What `.env.example` and the README must say of each setting. */
export const settingsTable: readonly SettingText[] = settingRows.map(
  ({ name, default: standard, range, meaning }) => ({
    name,
    default: standard,
    range,
    meaning,
  }),
);

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
  for (const setting of settingRows) {
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
  problems.push(...identityProblems(settings), ...tokenProblems(settings));
  if (settings.pressureWarningPercent >= settings.pressureCriticalPercent) {
    problems.push({
      name: "MEMORY_PRESSURE_WARNING_THRESHOLD",
      problem: "is not below MEMORY_PRESSURE_CRITICAL_THRESHOLD",
      allowed: "less than MEMORY_PRESSURE_CRITICAL_THRESHOLD",
    });
  }
  problems.push(...unknownNames(envFileNames));
  return problems.length === 0 ? { ok: true, settings } : { ok: false, problems };
}

function problemOf(setting: { name: string; range: string }, message: string | undefined) {
  return { name: setting.name, problem: message ?? "is not allowed", allowed: setting.range };
}

/** True of an address or name that only this machine reaches. */
export function isLoopback(name: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i.test(name);
}

function unknownNames(names: readonly string[]): SettingProblem[] {
  const known = settingRows.map((setting) => setting.name);
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
