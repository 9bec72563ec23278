import type { CsvCell } from "@/domain/chart/csv";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { formatIso } from "@/domain/time/format-time";

const unitOf = (unit: string) => (unit === "" ? "" : ` ${unit}`);

/** Head of the table that a person copies or downloads: every value, with its unit. */
export const gpuRowHead: readonly string[] = [
  "gpu_index",
  "gpu_uuid",
  "gpu_name",
  "source",
  "recorded_at",
  "stale",
  "host",
  "parent_uuid",
  "mig_profile",
  ...gpuMetrics.map(
    (metric) => `${gpuMetricFacts[metric].key}${unitOf(gpuMetricFacts[metric].unit)}`,
  ),
];

/** One GPU in the order of `gpuRowHead`; a missing value is empty, not 0. */
export function gpuRowCells({ sample, stale }: LatestGpu): CsvCell[] {
  return [
    sample.gpuIndex,
    sample.gpuUuid,
    sample.gpuName,
    sample.source,
    formatIso(sample.recordedAtMs),
    stale ? "stale" : "live",
    sample.host,
    sample.parentUuid,
    sample.migProfile,
    ...gpuMetrics.map((metric) => sample.values[metric]),
  ];
}

/** The row with its head, in tabs, for a spreadsheet or an issue. */
export function gpuRowText(gpu: LatestGpu): string {
  const cells = gpuRowCells(gpu).map((cell) => (cell === null ? "" : String(cell)));
  return `${gpuRowHead.join("\t")}\n${cells.join("\t")}`;
}
