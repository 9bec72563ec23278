import { sourceName } from "../units/gpu-metric-display";
import type { FleetRow } from "./fleet-rows";

/**
 * Rows in which each word of `text` is found: in the host, name, model, id, MIG profile, source or state (`stale`, `warning`, `mig`,
 * `unified`). A GPU brings its MIG instances along, an instance its GPU.
 */
export function filterRows(
  rows: readonly FleetRow[],
  text: string,
  levelOf: (row: FleetRow) => string | null,
): readonly FleetRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const matches = (row: FleetRow) => {
    const haystack = wordsOf(row, levelOf(row));
    return words.every((word) => haystack.includes(word));
  };
  const hits = new Set(rows.filter(matches).map(({ gpu }) => gpu.sample.gpuUuid));
  const parents = new Set(
    rows
      .filter(({ gpu }) => hits.has(gpu.sample.gpuUuid))
      .map(({ parentUuid }) => parentUuid)
      .filter((uuid) => uuid !== null),
  );
  return rows.filter(({ gpu: { sample }, parentUuid }) => {
    if (hits.has(sample.gpuUuid) || parents.has(sample.gpuUuid)) return true;
    return parentUuid !== null && hits.has(parentUuid);
  });
}

function wordsOf({ gpu: { sample, stale }, name, instanceCount }: FleetRow, level: string | null) {
  return [
    sample.host,
    name,
    sample.gpuName,
    sample.gpuUuid,
    sample.migProfile,
    sample.source,
    sourceName(sample.source),
    stale ? "stale" : "live",
    level,
    sample.memoryKind,
    instanceCount > 0 || sample.parentUuid !== null ? "mig" : "",
  ]
    .join(" ")
    .toLowerCase();
}
