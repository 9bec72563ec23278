import type { GpuMetric } from "./gpu-metric";
import { gpuMetrics } from "./gpu-metric-facts";
import { emptyReading, unknownDeviceFacts } from "./gpu-sample";
import { withMemoryKind } from "./nvml-memory-kind";
import type { GpuReading } from "./collector-message";
import { smiColumns, smiIdentityColumns, type SmiColumn, type SmiIdentity } from "./smi-columns";
import { parseSmiValue } from "./smi-value";

/** Where each column of interest stands in a line. */
export interface SmiHeader {
  columnCount: number;
  identity: Readonly<Partial<Record<SmiIdentity, number>>>;
  metrics: readonly { metric: GpuMetric; column: SmiColumn; position: number }[];
}

export interface SmiRow {
  reading: GpuReading;
  /** GPUs of the host, so lines of one tick; null when the line does not say. */
  gpuCount: number | null;
}

const MAX_LINE_LENGTH = 64 * 1024;

/** Reads `index, uuid, fan.speed [%], …`; null when the line is no header (it has no index or uuid column). */
export function parseSmiHeader(line: string): SmiHeader | null {
  if (line.length > MAX_LINE_LENGTH) return null;
  const names = splitCells(line).map((cell) => cell.replace(/ \[[^\]]*\]$/, "").trim());
  const positionOf = (spellings: readonly string[]) =>
    names.findIndex((name) => spellings.includes(name));

  const identity: Partial<Record<SmiIdentity, number>> = {};
  for (const key of ["index", "uuid", "count", "name"] as const) {
    const position = positionOf(smiIdentityColumns[key]);
    if (position >= 0) identity[key] = position;
  }
  if (identity.index === undefined || identity.uuid === undefined) return null;

  const metrics = gpuMetrics.flatMap((metric) => {
    const column = smiColumns[metric];
    const position = column === undefined ? -1 : positionOf(column.names);
    return column === undefined || position < 0 ? [] : [{ metric, column, position }];
  });
  return { columnCount: names.length, identity, metrics };
}

/** Reads one line of values; null when it is not a whole line about an identifiable GPU. Never throws. */
export function parseSmiRow(line: string, header: SmiHeader): SmiRow | null {
  if (line.length > MAX_LINE_LENGTH) return null;
  const cells = cellsOfRow(line, header);
  if (cells === null) return null;
  const cellAt = (key: SmiIdentity) => {
    const position = header.identity[key];
    return position === undefined ? "" : (cells[position] ?? "").trim();
  };

  const gpuUuid = cellAt("uuid");
  const gpuIndex = parseWhole(cellAt("index"), 4095);
  // "N/A" and error texts hold a slash, a bracket or a space.
  if (!/^[A-Za-z0-9-]{8,96}$/.test(gpuUuid) || gpuIndex === null) return null;

  const { values, missing } = emptyReading("not_offered");
  for (const metric of gpuMetrics) if (smiColumns[metric]) missing[metric] = "unknown_to_driver";
  for (const { metric, column, position } of header.metrics) {
    const parsed = parseSmiValue(cells[position] ?? "", column);
    if ("missing" in parsed) missing[metric] = parsed.missing;
    else {
      values[metric] = parsed.value;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of our own, and a read value has no reason
      delete missing[metric];
    }
  }
  const name = cellAt("name").slice(0, 255);
  const gpuName = name === "" || /^\[.*\]$/.test(name) ? null : name;
  return {
    reading: {
      gpuUuid,
      gpuIndex,
      gpuName,
      ...unknownDeviceFacts,
      vendor: "nvidia",
      ...withMemoryKind({ values, missing }, gpuName),
    },
    gpuCount: parseWhole(cellAt("count"), 4096),
  };
}

function splitCells(line: string): string[] {
  return line.replace(/\r$/, "").split(", ");
}

/**
 * A name is the one cell that may hold ", " itself, so surplus cells belong to it. Unless one looks like a value: then
 * the line does not fit its header, and no line is better than one with values in the wrong places.
 */
function cellsOfRow(line: string, header: SmiHeader): string[] | null {
  const cells = splitCells(line);
  const surplus = cells.length - header.columnCount;
  if (surplus === 0) return cells;
  const at = header.identity.name;
  if (surplus < 0 || at === undefined) return null;
  const nameParts = cells.slice(at, at + surplus + 1);
  if (nameParts.some((part) => looksLikeValue.test(part))) return null;
  return [...cells.slice(0, at), nameParts.join(", "), ...cells.slice(at + surplus + 1)];
}

const looksLikeValue =
  /^(?:-?\d+(?:[.,]\d+)?(?: ?(?:%|MiB|W|MHz))?|P\d+|0x[0-9a-f]+|\[.*\]|N\/A|)$/i;

function parseWhole(text: string, max: number): number | null {
  if (!/^\d{1,4}$/.test(text)) return null;
  const value = Number(text);
  return value <= max ? value : null;
}
