import type { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";

/** Unit that nvidia-smi prints behind a value and, in CSV, in brackets in the header. "KB/s" and "C" are in its XML only. */
type SmiUnit = "" | "%" | "MiB" | "W" | "MHz" | "KB/s" | "C";

export interface SmiColumn {
  /** Spellings of one column, newest first; the header carries whichever the driver calls canonical. */
  names: readonly string[];
  unit: SmiUnit;
  /** decimal "39.32 W" · state "P8" · bits "0x0000000000000004" */
  format: "decimal" | "state" | "bits";
}

const decimal = (unit: SmiUnit, ...names: string[]): SmiColumn => ({
  names,
  unit,
  format: "decimal",
});

/**
 * The metrics that `nvidia-smi --query-gpu` offers. Processes, PCIe replays and throughput, BAR1 and slowdown temperature are in
 * its XML only (smi-details.ts); energy, NVLink and Xid nowhere. `temperature.gpu.tlimit` is a distance to a limit, not a temperature.
 */
export const smiColumns: Partial<Record<GpuMetric, SmiColumn>> = {
  utilizationPercent: decimal("%", "utilization.gpu"),
  memoryUsedMib: decimal("MiB", "memory.used"),
  memoryTotalMib: decimal("MiB", "memory.total"),
  temperatureCelsius: decimal("", "temperature.gpu"),
  powerWatts: decimal("W", "power.draw"),
  fanSpeedPercent: decimal("%", "fan.speed"),
  smClockMhz: decimal("MHz", "clocks.current.sm", "clocks.sm"),
  memoryBandwidthPercent: decimal("%", "utilization.memory"),
  performanceState: { names: ["pstate"], unit: "", format: "state" },
  throttleReasons: {
    names: ["clocks_event_reasons.active", "clocks_throttle_reasons.active"],
    unit: "",
    format: "bits",
  },
  powerLimitWatts: decimal("W", "power.limit", "gpu.power.requested_limit"),
  smClockMaxMhz: decimal("MHz", "clocks.max.sm"),
  memoryClockMhz: decimal("MHz", "clocks.current.memory", "clocks.mem"),
  memoryClockMaxMhz: decimal("MHz", "clocks.max.memory", "clocks.max.mem"),
  pcieLinkGeneration: decimal("", "pcie.link.gen.gpucurrent", "pcie.link.gen.current"),
  pcieLinkWidth: decimal("", "pcie.link.width.current"),
  encoderUtilizationPercent: decimal("%", "utilization.encoder"),
  decoderUtilizationPercent: decimal("%", "utilization.decoder"),
  eccCorrectedCount: decimal("", "ecc.errors.corrected.volatile.total"),
  eccUncorrectedCount: decimal("", "ecc.errors.uncorrected.volatile.total"),
};

export type SmiIdentity = "index" | "uuid" | "count" | "name";

/** Columns that say which GPU a line is about and how many lines a tick has. */
export const smiIdentityColumns: Readonly<Record<SmiIdentity, readonly string[]>> = {
  index: ["index"],
  uuid: ["uuid", "gpu_uuid"],
  count: ["count"],
  name: ["name", "gpu_name"],
};

const identities: readonly SmiIdentity[] = ["index", "uuid", "count", "name"];
const MAX_HELP_LENGTH = 512 * 1024;

/** The column names in the text of `nvidia-smi --help-query-gpu`, all spellings. */
export function knownSmiColumns(helpText: string): Set<string> {
  const known = new Set<string>();
  for (const line of helpText.slice(0, MAX_HELP_LENGTH).split("\n")) {
    // A property line holds nothing but quoted names: "clocks.current.sm" or "clocks.sm"
    if (!/^"[^"]+"(?: or "[^"]+")*\s*$/.test(line)) continue;
    for (const [, name] of line.matchAll(/"([^"]+)"/g)) if (name !== undefined) known.add(name);
  }
  return known;
}

/**
 * The columns to ask this driver for, one spelling each. `known` null = its help could not be read: every column in its
 * newest spelling. `refused` = names that the program has refused; the next spelling is tried.
 */
export function chooseSmiColumns(driver: {
  known: ReadonlySet<string> | null;
  refused: ReadonlySet<string>;
}): string[] {
  const wanted = [
    ...identities.map((identity) => smiIdentityColumns[identity]),
    ...gpuMetrics.map((metric) => smiColumns[metric]?.names ?? []),
  ];
  return wanted.flatMap((names) => {
    const name = names.find(
      (spelling) =>
        !driver.refused.has(spelling) && (driver.known === null || driver.known.has(spelling)),
    );
    return name === undefined ? [] : [name];
  });
}

/** The name in `Field "x" is not a valid field to query.`, or null for another line. */
export function refusedSmiColumn(line: string): string | null {
  return /^Field "([^"]{1,200})" is not a valid field to query/.exec(line)?.[1] ?? null;
}
