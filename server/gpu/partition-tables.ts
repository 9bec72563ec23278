const DAY_MS = 86_400_000;

/** What is kept for a time of its own. Raw samples are in two tables. */
export const retainedLevels = ["raw", "10s", "1m", "1h"] as const;
export type RetainedLevel = (typeof retainedLevels)[number];

/** A table whose partitions are made and dropped while the server runs. */
export interface PartitionedTable {
  /** Its own name, and what the names of its partitions begin with. */
  name: "gpu_stats" | "gpu_hours" | "gpu_rollup_10s" | "gpu_rollup_1m" | "gpu_rollup_1h";
  /** As SQL writes it. Its partitions are all in the schema gpu_partitions. */
  parent: string;
  span: "day" | "month";
  level: RetainedLevel;
}

function partitioned(
  name: PartitionedTable["name"],
  span: PartitionedTable["span"],
  level: RetainedLevel,
): PartitionedTable {
  const parent = name === "gpu_stats" ? name : `gpu_partitions.${name}`;
  return { name, parent, span, level };
}

export const rawTable = partitioned("gpu_stats", "day", "raw");
export const sealedTable = partitioned("gpu_hours", "day", "raw");
export const rollUpTables = {
  "10s": partitioned("gpu_rollup_10s", "day", "10s"),
  "1m": partitioned("gpu_rollup_1m", "month", "1m"),
  "1h": partitioned("gpu_rollup_1h", "month", "1h"),
} as const;

export const partitionedTables: readonly PartitionedTable[] = [
  rawTable,
  sealedTable,
  ...Object.values(rollUpTables),
];

/** One UTC day or month of a table: [fromMs, toMs). */
export interface PartitionSpan {
  table: PartitionedTable;
  /** Without its schema. */
  name: string;
  fromMs: number;
  toMs: number;
}

/** The partition that holds this time. */
export function partitionAt(table: PartitionedTable, timeMs: number): PartitionSpan {
  const time = new Date(timeMs);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  const isDay = table.span === "day";
  const fromMs = Date.UTC(year, month, isDay ? time.getUTCDate() : 1);
  const toMs = isDay ? fromMs + DAY_MS : Date.UTC(year, month + 1, 1);
  const digits = new Date(fromMs).toISOString().slice(0, isDay ? 10 : 7);
  return { table, name: `${table.name}_${digits.replaceAll("-", "")}`, fromMs, toMs };
}

/** The partition of this name; null when it is none that the server makes. */
export function partitionNamed(table: PartitionedTable, name: string): PartitionSpan | null {
  const digits = name.startsWith(`${table.name}_`) ? name.slice(table.name.length + 1) : "";
  const parts = /^(\d{4})(\d{2})(\d{2})?$/.exec(digits);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)];
  const span = partitionAt(table, Date.UTC(year, month - 1, day));
  return span.name === name ? span : null;
}

/** All partitions that a range touches; `toMs` is exclusive. */
export function partitionsBetween(
  table: PartitionedTable,
  range: { fromMs: number; toMs: number },
): PartitionSpan[] {
  const spans: PartitionSpan[] = [];
  for (let atMs = range.fromMs; atMs < range.toMs; atMs = spans.at(-1)?.toMs ?? range.toMs)
    spans.push(partitionAt(table, atMs));
  return spans;
}
