import * as z from "zod";
import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import { emptyReading, type MissingReason } from "./gpu-sample";

/** Foreign JSON, looked at key by key: a field of another form must not spoil the others. */
const JsonObject = z.record(z.string(), z.unknown());
type JsonObject = z.infer<typeof JsonObject>;

const MAX_GPUS = 256;
const MAX_INDEX = 4_095;

/** Where amd-smi tells a value: paths into one element of `amd-smi metric`, best first. */
const metricPaths: Partial<Record<GpuMetric, readonly string[]>> = {
  utilizationPercent: ["usage.gfx_activity"],
  memoryUsedMib: ["mem_usage.used_vram"],
  memoryTotalMib: ["mem_usage.total_vram"],
  temperatureCelsius: ["temperature.edge", "temperature.hotspot"],
  powerWatts: ["power.socket_power", "power.current_socket_power", "power.average_socket_power"],
  fanSpeedPercent: ["fan.usage"],
  smClockMhz: ["clock.gfx_0.clk"],
  memoryBandwidthPercent: ["usage.umc_activity"],
  smClockMaxMhz: ["clock.gfx_0.max_clk"],
  pcieReplayCounter: ["pcie.replay_count"],
  memoryClockMhz: ["clock.mem_0.clk"],
  memoryClockMaxMhz: ["clock.mem_0.max_clk"],
  pcieLinkWidth: ["pcie.width"],
  energyJoules: ["energy.total_energy_consumption"],
  eccCorrectedCount: ["ecc.total_correctable_count"],
  eccUncorrectedCount: ["ecc.total_uncorrectable_count"],
};

/** The same of `amd-smi static`: does not change while the machine runs. */
const staticPaths: Partial<Record<GpuMetric, readonly string[]>> = {
  powerLimitWatts: ["limit.socket_power", "limit.ppt0.socket_power_limit", "limit.max_power"],
  slowdownTemperatureCelsius: [
    "limit.slowdown_edge_temperature",
    "limit.slowdown_hotspot_temperature",
  ],
};

/** GT/s a lane → generation (PCI Express base specification). */
const pcieGenerations = new Map([2.5, 5, 8, 16, 32, 64].map((speed, index) => [speed, index + 1]));

/** What does not change: of `amd-smi list` and `amd-smi static`. */
export type AmdStatic = ReadonlyMap<number, JsonObject>;

/** Both answers put together, by the number of the GPU. */
export function readAmdStatic(list: unknown, fixed: unknown): AmdStatic {
  const byGpu = new Map<number, JsonObject>();
  for (const entry of [...amdEntries(list), ...amdEntries(fixed)]) {
    byGpu.set(entry.index, { ...byGpu.get(entry.index), ...entry.fields });
  }
  return byGpu;
}

/**
 * Reads the JSON of `amd-smi metric`: a list of GPUs, since ROCm 7 below `gpu_data`; a value is `{"value": 11, "unit": "W"}` or "N/A"
 * (amdsmi_cli/amdsmi_commands.py, docs/how-to/amdsmi-cli-tool.md). Null when it holds no GPU. Never throws. Unproven on hardware.
 */
export function readAmdMetrics(answer: unknown, fixed: AmdStatic): GpuReading[] | null {
  const readings = amdEntries(answer).map(({ index, fields }): GpuReading => {
    const known = fixed.get(index) ?? {};
    const { values, missing } = emptyReading("not_offered");
    const reading = { values, missing };
    readPaths(reading, fields, metricPaths);
    readPaths(reading, known, staticPaths);
    readGeneration(reading, fields);
    return {
      ...amdIdentity(index, known),
      ...reading,
    };
  });
  return readings.length === 0 ? null : readings;
}

function amdIdentity(index: number, known: JsonObject) {
  const uuid = textAt(known, "uuid") ?? textAt(known, "bdf") ?? textAt(known, "bus.bdf");
  const name = textAt(known, "asic.market_name") ?? textAt(known, "board.product_name");
  const memoryType = textAt(known, "vram.type") ?? "";
  return {
    // An index alone would be another GPU after a card was added.
    gpuUuid: `AMD-${uuid ?? index}`.slice(0, 96),
    gpuIndex: index,
    gpuName: name?.slice(0, 255) ?? null,
    vendor: "amd",
    memoryKind: /^(?:HBM|GDDR)/i.test(memoryType) ? "dedicated" : null,
    parentUuid: null,
    migProfile: null,
  } as const;
}

function amdEntries(answer: unknown): { index: number; fields: JsonObject }[] {
  const wrapped = JsonObject.safeParse(answer);
  const list = Array.isArray(answer) ? (answer as unknown[]) : wrapped.data?.gpu_data;
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).slice(0, MAX_GPUS).flatMap((entry) => {
    const fields = JsonObject.safeParse(entry).data;
    const index = fields?.gpu;
    if (fields === undefined || typeof index !== "number") return [];
    return Number.isInteger(index) && index >= 0 && index <= MAX_INDEX ? [{ index, fields }] : [];
  });
}

type Values = Pick<GpuReading, "values" | "missing">;

function readPaths(
  { values, missing }: Values,
  fields: JsonObject,
  paths: Partial<Record<GpuMetric, readonly string[]>>,
): void {
  for (const [key, places] of Object.entries(paths)) {
    const metric = key as GpuMetric;
    const found = places.map((place) => amdValue(valueAt(fields, place)));
    const first = found.find((value) => typeof value === "number");
    if (first === undefined) missing[metric] = found.find(isReason) ?? "not_offered";
    else {
      values[metric] = first;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
      delete missing[metric];
    }
  }
}

function readGeneration(reading: Values, fields: JsonObject): void {
  const speed = amdValue(valueAt(fields, "pcie.speed"));
  const generation = typeof speed === "number" ? pcieGenerations.get(speed) : undefined;
  if (generation === undefined)
    reading.missing.pcieLinkGeneration = isReason(speed) ? speed : "read_error";
  else {
    reading.values.pcieLinkGeneration = generation;
    delete reading.missing.pcieLinkGeneration;
  }
}

function isReason(value: number | MissingReason): value is MissingReason {
  return typeof value === "string";
}

/** `{value, unit}`, a bare number or its text. */
function amdValue(found: unknown): number | MissingReason {
  const inner = JsonObject.safeParse(found).data;
  const value = inner === undefined ? found : inner.value;
  if (value === undefined) return "not_offered";
  if (typeof value === "number") return Number.isFinite(value) ? value : "read_error";
  if (typeof value !== "string") return "read_error";
  if (/^N\/A$/i.test(value.trim())) return "not_supported";
  return /^-?\d{1,20}(?:\.\d{1,9})?$/.test(value) ? Number(value) : "read_error";
}

function valueAt(fields: JsonObject, path: string): unknown {
  let found: unknown = fields;
  for (const key of path.split(".")) {
    const inner = JsonObject.safeParse(found).data;
    if (inner === undefined || !Object.hasOwn(inner, key)) return undefined;
    found = inner[key];
  }
  return found;
}

function textAt(fields: JsonObject, path: string): string | null {
  const found = valueAt(fields, path);
  if (typeof found !== "string") return null;
  const plain = found.replaceAll(/\p{Cc}/gu, "").trim();
  return plain === "" || /^N\/A$/i.test(plain) ? null : plain;
}
