import type * as z from "zod";
import type { Settings } from "./env.ts";
import {
  databaseUrl,
  decimal,
  flag,
  gpuSources,
  host,
  hostLabel,
  httpUrls,
  logLevel,
  path,
  port,
} from "./setting-schemas.ts";

// Loaded by the start script without a build, as env.ts is: nothing but zod, and files by their whole names.

const MAX_HEALTH_URLS = 32;
const MAX_EXPORTER_URLS = 64;
const MAX_RETENTION_DAYS = 3650;

export interface SettingRow<Key extends keyof Settings = keyof Settings> {
  name: string;
  /** As written in `.env`; "" when the default is to leave it unset. */
  default: string;
  range: string;
  meaning: string;
  key: Key;
  schema: z.ZodType<Settings[Key], string>;
  whenUnset: Settings[Key];
}

function row<Key extends keyof Settings>(setting: SettingRow<Key>): SettingRow<Key> {
  return setting;
}

/** All settings, in the order of `.env.example` and of the README's table. */
export const settingRows = [
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
    meaning:
      "Where the embedded PostgreSQL keeps its data, and where samples wait while the database is away.",
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
    range:
      "a comma separated list of nvml, smi, dcgm, amd, intel, health and simulated, each at most once",
    meaning:
      "Where GPU values come from, first choice first. Unset: in this order; simulated only when none of the others answers.",
    key: "gpuSources",
    schema: gpuSources,
    whenUnset: null,
  }),
  row({
    name: "NVML_LIBRARY_PATH",
    default: "",
    range: "the path of a file",
    meaning: "NVIDIA's management library. Unset: libnvidia-ml.so.1 where the system looks for it.",
    key: "nvmlLibraryPath",
    schema: path,
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
    name: "AMD_SMI_PATH",
    default: "",
    range: "the path of a program",
    meaning: "The amd-smi or rocm-smi to run. Unset: either on PATH.",
    key: "amdSmiPath",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "XPU_SMI_PATH",
    default: "",
    range: "the path of a program",
    meaning: "The xpu-smi to run, for Intel GPUs. Unset: the one on PATH.",
    key: "xpuSmiPath",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "GPU_EXPORTER_URLS",
    default: "",
    range: "at most 64 http or https addresses, comma separated",
    meaning: "Metric addresses of dcgm-exporter or nvidia_gpu_exporter, for the source dcgm.",
    key: "gpuExporterUrls",
    schema: httpUrls(MAX_EXPORTER_URLS),
    whenUnset: [],
  }),
  row({
    name: "AI_HEALTH_URLS",
    default: "",
    range: "at most 32 http or https addresses, comma separated",
    meaning: "Health addresses of AI services that report GPU values.",
    key: "aiHealthUrls",
    schema: httpUrls(MAX_HEALTH_URLS),
    whenUnset: [],
  }),
  row({
    name: "GPU_HOST_NAME",
    default: "",
    range: "a name of at most 253 letters, digits, dots, hyphens and underscores",
    meaning: "The name of this machine beside its GPUs. Unset: its host name.",
    key: "gpuHostName",
    schema: hostLabel,
    whenUnset: null,
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
  row({
    name: "GPU_RAW_RETENTION_DAYS",
    default: "30",
    range: "1 to 3650 days",
    meaning: "How long every single GPU sample is kept in the database.",
    key: "rawRetentionDays",
    schema: decimal({ min: 1, max: MAX_RETENTION_DAYS, factor: 1 }),
    whenUnset: 30,
  }),
  row({
    name: "GPU_ROLLUP_10S_RETENTION_DAYS",
    default: "30",
    range: "1 to 3650 days",
    meaning: "How long GPU values by 10 seconds are kept.",
    key: "rollup10sRetentionDays",
    schema: decimal({ min: 1, max: MAX_RETENTION_DAYS, factor: 1 }),
    whenUnset: 30,
  }),
  row({
    name: "GPU_ROLLUP_1M_RETENTION_DAYS",
    default: "90",
    range: "1 to 3650 days",
    meaning: "How long GPU values by the minute are kept.",
    key: "rollup1mRetentionDays",
    schema: decimal({ min: 1, max: MAX_RETENTION_DAYS, factor: 1 }),
    whenUnset: 90,
  }),
  row({
    name: "GPU_ROLLUP_1H_RETENTION_DAYS",
    default: "400",
    range: "1 to 3650 days",
    meaning: "How long GPU values by the hour are kept.",
    key: "rollup1hRetentionDays",
    schema: decimal({ min: 1, max: MAX_RETENTION_DAYS, factor: 1 }),
    whenUnset: 400,
  }),
  row({
    name: "GPU_SPOOL_MAX_MIB",
    default: "256",
    range: "1 to 65536 MiB",
    meaning:
      "How much of DATA_DIR samples may fill while the database is away. At the limit the oldest go first.",
    key: "spoolMaxMib",
    schema: decimal({ min: 1, max: 65_536, factor: 1 }),
    whenUnset: 256,
  }),
  row({
    name: "MEMORY_PRESSURE_WARNING_THRESHOLD",
    default: "85",
    range: "1 to 100 percent, below MEMORY_PRESSURE_CRITICAL_THRESHOLD",
    meaning: "From this share of its memory on a GPU is under pressure: warning.",
    key: "pressureWarningPercent",
    schema: decimal({ min: 1, max: 100, factor: 1 }),
    whenUnset: 85,
  }),
  row({
    name: "MEMORY_PRESSURE_CRITICAL_THRESHOLD",
    default: "95",
    range: "1 to 100 percent",
    meaning: "From this share of its memory on the pressure is critical.",
    key: "pressureCriticalPercent",
    schema: decimal({ min: 1, max: 100, factor: 1 }),
    whenUnset: 95,
  }),
  row({
    name: "INGEST_KEY_FILE",
    default: "",
    range: "the path of a file that holds a key of at least 32 characters",
    meaning: "The key that agents and services send. Unset: only this machine may send.",
    key: "ingestKeyFile",
    schema: path,
    whenUnset: null,
  }),
] as const;
