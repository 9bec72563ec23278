import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { CollectorSettings } from "@/domain/gpu/collector-message";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import { isLoopback, parseSettings, settingsTable, type Settings } from "./env";

const defaults: Settings = {
  databaseUrl: null,
  dataDir: "./.data",
  host: "127.0.0.1",
  port: 3000,
  publicUrl: null,
  trustedProxies: [],
  anonymousRole: null,
  metricsAccess: null,
  promptContentRole: "operator",
  sessionIdleMs: 43_200_000,
  sessionMaxMs: 604_800_000,
  adminEmail: null,
  adminPasswordFile: null,
  initialAdminKeyFile: null,
  oidcIssuer: null,
  oidcClientId: null,
  oidcClientSecretFile: null,
  oidcName: null,
  oidcDefaultRole: null,
  logLevel: "info",
  gpuSources: null,
  nvmlLibraryPath: null,
  nvidiaSmiPath: null,
  amdSmiPath: null,
  xpuSmiPath: null,
  gpuExporterUrls: [],
  aiHealthUrls: [],
  gpuHostName: null,
  pollIntervalMs: 1000,
  historyMinutes: 60,
  httpTimeoutMs: 5000,
  rawRetentionDays: 30,
  rollup10sRetentionDays: 30,
  rollup1mRetentionDays: 90,
  rollup1hRetentionDays: 400,
  spoolMaxMib: 256,
  pressureWarningPercent: 85,
  pressureCriticalPercent: 95,
  firstProfileContextWindow: 131_072,
  firstProfileMaxOutputTokens: 1536,
  firstProfileEncoding: "cl100k_base",
  firstProfileWarningThreshold: 0.8,
  contextTruncationEnabled: true,
  promptSamples: false,
  promptSampleRetentionMs: 604_800_000,
  tokenLedgerRetentionDays: 30,
  tokenRollupRetentionDays: 400,
  budgetTimeZone: "UTC",
};

function settingsOf(env: Record<string, string>): Settings {
  const result = parseSettings(env);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.settings;
}

function problemsOf(env: Record<string, string>, envFileNames: string[] = []) {
  const result = parseSettings(env, { envFileNames });
  return result.ok ? [] : result.problems;
}

describe("settings", () => {
  test("an empty environment gives the defaults", () => {
    expect(settingsOf({})).toEqual(defaults);
  });

  test("an empty value counts as not set", () => {
    const empty = Object.fromEntries(settingsTable.map(({ name }) => [name, " "]));
    expect(settingsOf(empty)).toEqual(defaults);
  });

  test("every setting is read, in our words and units", () => {
    const env = {
      DATABASE_URL: "postgresql://me:secret@db:5432/gpus",
      DATA_DIR: "/var/lib/sightline",
      HOST: "0.0.0.0",
      PORT: "4400",
      PUBLIC_URL: "https://GPU.example:443/",
      TRUSTED_PROXIES: "10.0.0.0/8, ::1",
      ANONYMOUS_ROLE: "viewer",
      METRICS_ACCESS: "key",
      PROMPT_CONTENT_ROLE: "admin",
      SESSION_IDLE_HOURS: "0.5",
      SESSION_MAX_DAYS: "1",
      ADMIN_EMAIL: "Ada@Example.org",
      ADMIN_PASSWORD_FILE: "/run/secrets/password",
      INITIAL_ADMIN_KEY_FILE: "/run/secrets/key",
      OIDC_ISSUER: "https://login.example/realms/a",
      OIDC_CLIENT_ID: "sightline",
      OIDC_CLIENT_SECRET_FILE: "/run/secrets/oidc",
      OIDC_NAME: "Example",
      OIDC_DEFAULT_ROLE: "viewer",
      LOG_LEVEL: "debug",
      GPU_SOURCES: "nvml, simulated",
      NVML_LIBRARY_PATH: "/opt/libnvidia-ml.so.1",
      NVIDIA_SMI_PATH: "/opt/nvidia-smi",
      AMD_SMI_PATH: "/opt/amd-smi",
      XPU_SMI_PATH: "/opt/xpu-smi",
      GPU_EXPORTER_URLS: "http://node:9400/metrics,http://node:9835/metrics",
      AI_HEALTH_URLS: "http://vision:8095/health,https://text.example/health",
      GPU_HOST_NAME: "rack-1.gpu_7",
      GPU_POLL_INTERVAL_SECONDS: "0.2",
      GPU_STATS_HISTORY_MINUTES: "1440",
      GPU_HTTP_TIMEOUT: "2.5",
      GPU_RAW_RETENTION_DAYS: "7",
      GPU_ROLLUP_10S_RETENTION_DAYS: "14",
      GPU_ROLLUP_1M_RETENTION_DAYS: "60",
      GPU_ROLLUP_1H_RETENTION_DAYS: "3650",
      GPU_SPOOL_MAX_MIB: "1024",
      MEMORY_PRESSURE_WARNING_THRESHOLD: "70",
      MEMORY_PRESSURE_CRITICAL_THRESHOLD: "90.5",
      NEMOTRON_CONTEXT_WINDOW: "8192",
      NEMOTRON_MAX_OUTPUT_TOKENS: "0",
      LLM_TOKENIZER_ENCODING: "o200k_base",
      CONTEXT_UTILIZATION_WARNING_THRESHOLD: "0.85",
      CONTEXT_TRUNCATION_ENABLED: "false",
      PROMPT_SAMPLES: "true",
      PROMPT_SAMPLE_RETENTION_DAYS: "0.5",
      TOKEN_LEDGER_RETENTION_DAYS: "14",
      TOKEN_ROLLUP_RETENTION_DAYS: "365",
      BUDGET_TIME_ZONE: "Europe/Berlin",
    };
    expect(Object.keys(env)).toEqual(settingsTable.map(({ name }) => name));
    expect(settingsOf(env)).toEqual({
      databaseUrl: "postgresql://me:secret@db:5432/gpus",
      dataDir: "/var/lib/sightline",
      host: "0.0.0.0",
      port: 4400,
      publicUrl: "https://gpu.example",
      trustedProxies: ["10.0.0.0/8", "::1"],
      anonymousRole: "viewer",
      metricsAccess: "key",
      promptContentRole: "admin",
      sessionIdleMs: 1_800_000,
      sessionMaxMs: 86_400_000,
      adminEmail: "ada@example.org",
      adminPasswordFile: "/run/secrets/password",
      initialAdminKeyFile: "/run/secrets/key",
      oidcIssuer: "https://login.example/realms/a",
      oidcClientId: "sightline",
      oidcClientSecretFile: "/run/secrets/oidc",
      oidcName: "Example",
      oidcDefaultRole: "viewer",
      logLevel: "debug",
      gpuSources: ["nvml", "simulated"],
      nvmlLibraryPath: "/opt/libnvidia-ml.so.1",
      nvidiaSmiPath: "/opt/nvidia-smi",
      amdSmiPath: "/opt/amd-smi",
      xpuSmiPath: "/opt/xpu-smi",
      gpuExporterUrls: ["http://node:9400/metrics", "http://node:9835/metrics"],
      aiHealthUrls: ["http://vision:8095/health", "https://text.example/health"],
      gpuHostName: "rack-1.gpu_7",
      pollIntervalMs: 200,
      historyMinutes: 1440,
      httpTimeoutMs: 2500,
      rawRetentionDays: 7,
      rollup10sRetentionDays: 14,
      rollup1mRetentionDays: 60,
      rollup1hRetentionDays: 3650,
      spoolMaxMib: 1024,
      pressureWarningPercent: 70,
      pressureCriticalPercent: 91,
      firstProfileContextWindow: 8192,
      firstProfileMaxOutputTokens: 0,
      firstProfileEncoding: "o200k_base",
      firstProfileWarningThreshold: 0.85,
      contextTruncationEnabled: false,
      promptSamples: true,
      promptSampleRetentionMs: 43_200_000,
      tokenLedgerRetentionDays: 14,
      tokenRollupRetentionDays: 365,
      budgetTimeZone: "Europe/Berlin",
    });
  });

  test("the answer of the first profile leaves room for a prompt", () => {
    const env = { NEMOTRON_CONTEXT_WINDOW: "1536", NEMOTRON_MAX_OUTPUT_TOKENS: "1536" };
    expect(problemsOf(env)).toMatchObject([{ name: "NEMOTRON_MAX_OUTPUT_TOKENS" }]);
  });

  test.each([
    ["DATABASE_URL", "mysql://db/x"],
    ["DATABASE_URL", "postgres://"],
    ["HOST", "a b"],
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "3e3"],
    ["NEMOTRON_CONTEXT_WINDOW", "0"],
    ["NEMOTRON_MAX_OUTPUT_TOKENS", "-1"],
    ["CONTEXT_UTILIZATION_WARNING_THRESHOLD", "0"],
    ["CONTEXT_UTILIZATION_WARNING_THRESHOLD", "1.01"],
    ["CONTEXT_TRUNCATION_ENABLED", "yes"],
    ["BUDGET_TIME_ZONE", "Mars/Olympus"],
    ["PUBLIC_URL", "gpu.example"],
    ["PUBLIC_URL", "ftp://gpu.example"],
    ["PUBLIC_URL", "https://gpu.example/sightline"],
    ["PUBLIC_URL", "https://me:secret@gpu.example"],
    ["PUBLIC_URL", "https://gpu.example/?a=1"],
    ["TRUSTED_PROXIES", "proxy.example"],
    ["TRUSTED_PROXIES", "10.0.0.1,"],
    ["TRUSTED_PROXIES", "10.0.0.256"],
    ["TRUSTED_PROXIES", "10.0.0.0/33"],
    ["TRUSTED_PROXIES", "fd00::/129"],
    ["TRUSTED_PROXIES", "::1::"],
    ["TRUSTED_PROXIES", Array.from({ length: 65 }, (_, n) => `10.0.0.${n}`).join()],
    ["ANONYMOUS_ROLE", "operator"],
    ["METRICS_ACCESS", "true"],
    ["PROMPT_CONTENT_ROLE", "none"],
    ["SESSION_IDLE_HOURS", "0"],
    ["SESSION_MAX_DAYS", "366"],
    ["OIDC_DEFAULT_ROLE", "admin"],
    ["LOG_LEVEL", "INFO"],
    ["GPU_SOURCES", "cuda"],
    ["GPU_SOURCES", "smi,smi"],
    ["GPU_SOURCES", "smi,"],
    ["AI_HEALTH_URLS", "ftp://x/"],
    ["AI_HEALTH_URLS", "http:ai.local"],
    ["AI_HEALTH_URLS", "https:/ai.local/health"],
    ["AI_HEALTH_URLS", Array.from({ length: 33 }, (_, n) => `http://h${n}/`).join()],
    ["GPU_POLL_INTERVAL_SECONDS", "0"],
    ["GPU_POLL_INTERVAL_SECONDS", "0.1"],
    ["GPU_POLL_INTERVAL_SECONDS", "61"],
    ["GPU_POLL_INTERVAL_SECONDS", "-1"],
    ["GPU_POLL_INTERVAL_SECONDS", "NaN"],
    ["GPU_STATS_HISTORY_MINUTES", "0"],
    ["GPU_STATS_HISTORY_MINUTES", "1441"],
    ["GPU_HTTP_TIMEOUT", "0.5"],
    ["GPU_HTTP_TIMEOUT", "1e1"],
    ["GPU_EXPORTER_URLS", "file:///metrics"],
    ["GPU_EXPORTER_URLS", Array.from({ length: 65 }, (_, n) => `http://h${n}/`).join()],
    ["GPU_HOST_NAME", "a b"],
    ["GPU_RAW_RETENTION_DAYS", "0"],
    ["GPU_ROLLUP_1H_RETENTION_DAYS", "3651"],
    ["GPU_SPOOL_MAX_MIB", "0"],
    ["MEMORY_PRESSURE_WARNING_THRESHOLD", "101"],
  ])("%s=%s is refused with its name and range", (name, value) => {
    const range = settingsTable.find((row) => row.name === name)?.range;
    expect(problemsOf({ [name]: value })).toEqual([
      { name, problem: expect.stringMatching(/^\w/) as string, allowed: range },
    ]);
  });

  test("all problems are reported at once", () => {
    expect(problemsOf({ PORT: "x", LOG_LEVEL: "x" }).map(({ name }) => name)).toEqual([
      "PORT",
      "LOG_LEVEL",
    ]);
  });

  test("a problem never repeats an address, which may hold a password", () => {
    const problems = problemsOf({
      DATABASE_URL: "mysql://me:hunter2@db/x",
      AI_HEALTH_URLS: "ftp://me:hunter2@x/",
    });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  test.each(["0.0.0.0", "::", "gpu-host.lan", "192.168.1.4", "127.0.0.1.example.org"])(
    "HOST=%s may be reached by others: who asks must say who they are",
    (host) => {
      expect(isLoopback(host)).toBe(false);
      expect(problemsOf({ HOST: host })).toEqual([]);
    },
  );

  test.each([
    [{ ADMIN_EMAIL: "ada@example.org" }, "ADMIN_PASSWORD_FILE"],
    [{ ADMIN_PASSWORD_FILE: "/run/password" }, "ADMIN_EMAIL"],
    [{ OIDC_ISSUER: "https://a.example", PUBLIC_URL: "https://b.example" }, "OIDC_CLIENT_ID"],
    [{ OIDC_CLIENT_ID: "sightline" }, "OIDC_ISSUER"],
    [{ OIDC_ISSUER: "https://a.example", OIDC_CLIENT_ID: "sightline" }, "PUBLIC_URL"],
  ])("%j alone is of no use: %s is missing", (env, missing) => {
    expect(problemsOf(env)).toMatchObject([{ name: missing }]);
  });

  test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])(
    "HOST=%s is loopback",
    (host) => {
      expect(isLoopback(host)).toBe(true);
      expect(problemsOf({ HOST: host })).toEqual([]);
    },
  );

  test("an unknown name in .env is a problem and the nearest name is suggested", () => {
    const unknown = {
      problem: "is not a setting",
      allowed: expect.stringMatching(/^one of DATABASE_URL, DATA_DIR/) as string,
    };
    expect(
      problemsOf({}, ["PORT", "GPU_POLL_INTERVALL_SECONDS", "port", "SOMETHING_ELSE"]),
    ).toEqual([
      {
        ...unknown,
        name: "GPU_POLL_INTERVALL_SECONDS",
        hint: "Did you mean GPU_POLL_INTERVAL_SECONDS?",
      },
      { ...unknown, name: "port", hint: "Did you mean PORT?" },
      { ...unknown, name: "SOMETHING_ELSE" },
    ]);
  });

  test("an unknown name of the shell is none of our business", () => {
    expect(settingsOf({ GPU_POLL_INTERVALL_SECONDS: "5" })).toEqual(defaults);
  });

  test.each([
    "http://ai.local",
    "https://me:secret@ai.local:8095/health?x=1",
    "http://[::1]:8095/",
    "HTTP://AI.LOCAL",
    "http:ai.local",
    "http:/ai.local",
    "http://",
    "https://a b/",
    "http://x..y/",
  ])("AI_HEALTH_URLS=%s is allowed exactly when the collector takes it", (url) => {
    const result = parseSettings({ AI_HEALTH_URLS: url });
    const forCollector = CollectorSettings.shape.aiHealthUrls.safeParse([url]);
    expect(result.ok).toBe(forCollector.success);
  });

  test("the sources are those that the collector knows", () => {
    expect(settingsOf({ GPU_SOURCES: GpuSource.options.join() }).gpuSources).toEqual(
      GpuSource.options,
    );
  });
});

describe(".env.example", () => {
  const text = readFileSync(new URL("../.env.example", import.meta.url), "utf8");

  test("names every setting with its default, and nothing else", () => {
    expect(parseEnv(text)).toEqual(
      Object.fromEntries(settingsTable.map((row) => [row.name, row.default])),
    );
  });

  test("says of each setting what it means and what is allowed", () => {
    for (const { name, meaning, range, default: standard } of settingsTable)
      expect(text).toContain(`# ${meaning}\n# Allowed: ${range}.\n${name}=${standard}\n`);
  });

  test("copied to .env as it is, it starts with the defaults", () => {
    const env = parseEnv(text) as Record<string, string>;
    expect(problemsOf(env, Object.keys(env))).toEqual([]);
    expect(settingsOf(env)).toEqual(defaults);
  });
});
