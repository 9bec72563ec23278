import { gpuMetricFacts } from "../gpu/gpu-metric-facts";
import type { GpuMetric } from "../gpu/gpu-metric";
import type { GpuSource, MissingReason } from "../gpu/gpu-sample";
import { formatGib } from "./format-memory";
import { formatFigure, formatFull, NO_VALUE } from "./format-number";

const inGib: ReadonlySet<GpuMetric> = new Set<GpuMetric>(["memoryUsedMib", "memoryTotalMib"]);

/** The unit that a page writes beside a figure of this metric. */
export function metricUnit(metric: GpuMetric): string {
  return inGib.has(metric) ? "GiB" : gpuMetricFacts[metric].unit;
}

/** The figure alone, three significant figures, memory in GiB; "–" for null. */
export function metricFigure(metric: GpuMetric, value: number | null): string {
  if (value === null) return NO_VALUE;
  if (inGib.has(metric)) return formatGib(value);
  if (metric === "performanceState") return `P${formatFull(value)}`;
  return formatFigure(value);
}

/** Figure and unit: `78 %`, `1,935 MHz`, `43.8 GiB`; "–" for null. */
export function metricText(metric: GpuMetric, value: number | null): string {
  const unit = metricUnit(metric);
  if (value !== null && unit === "KB/s") return formatRate(value);
  if (value === null || unit === "") return metricFigure(metric, value);
  return `${metricFigure(metric, value)} ${unit}`;
}

/** Kilobytes a second in the unit that leaves three figures: 344 MB/s. */
function formatRate(kbPerSecond: number): string {
  if (kbPerSecond < 1_000) return `${formatFigure(kbPerSecond)} KB/s`;
  if (kbPerSecond < 1_000_000) return `${formatFigure(kbPerSecond / 1_000)} MB/s`;
  return `${formatFigure(kbPerSecond / 1_000_000)} GB/s`;
}

const missingTexts: Record<MissingReason, string> = {
  not_supported: "not supported by this board",
  not_offered: "not from this source",
  unknown_to_driver: "this driver does not know it",
  read_error: "the driver could not read it",
  impossible_value: "impossible value, set aside",
  not_reported: "nothing reports it",
  not_sampled: "read on a slower beat",
};

/** Why a value is missing, to stand beside its "–". */
export function missingText(reason: MissingReason | undefined): string {
  return reason === undefined ? "not reported" : missingTexts[reason];
}

const sourceNames: Record<GpuSource, string> = {
  nvml: "NVML",
  smi: "nvidia-smi",
  dcgm: "DCGM",
  amd: "AMD SMI",
  intel: "XPU SMI",
  health: "health",
  simulated: "Simulated",
};

/** The name that badges and the source strip use. */
export function sourceName(source: GpuSource): string {
  return sourceNames[source];
}

/** `GPU-8b1f3c52…e0a7`: enough to tell two apart; copies carry the whole id. */
export function shortUuid(gpuUuid: string): string {
  return gpuUuid.length <= 20 ? gpuUuid : `${gpuUuid.slice(0, 12)}…${gpuUuid.slice(-4)}`;
}

/** The board without the maker's name: "RTX 6000 Ada". */
export function shortGpuName(gpuName: string | null): string {
  if (gpuName === null) return "Unnamed GPU";
  return gpuName.replace(/^NVIDIA (GeForce )?/, "").replace(/ Generation$/, "");
}
