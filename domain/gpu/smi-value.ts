import type { MissingReason } from "./gpu-sample";
import type { SmiColumn } from "./smi-columns";

export type SmiValue = { value: number } | { missing: MissingReason };

const notSupported = new Set([
  "n/a",
  "not supported",
  "not available",
  "requested functionality has been deprecated",
]);
const unknownToDriver = new Set(["function not found", "not found"]);
const MAX_CELL_LENGTH = 64;

/** One cell of nvidia-smi's CSV. Never throws; bounds are checked later (quarantine). */
export function parseSmiValue(cell: string, column: SmiColumn): SmiValue {
  const text = cell.trim();
  if (text.length > MAX_CELL_LENGTH) return { missing: "read_error" };
  const words = text.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (notSupported.has(words)) return { missing: "not_supported" };
  if (unknownToDriver.has(words)) return { missing: "unknown_to_driver" };
  const value = parsers[column.format](text, column.unit);
  return value === null ? { missing: "read_error" } : { value };
}

const parsers: Record<SmiColumn["format"], (text: string, unit: string) => number | null> = {
  decimal: (text, unit) => {
    // Some locales print a decimal comma.
    const match = /^(-?\d{1,20}(?:[.,]\d{1,9})?)(?: ?([^\d\s].*))?$/.exec(text);
    if (match?.[1] === undefined || (match[2] ?? unit) !== unit) return null;
    return Number(match[1].replace(",", "."));
  },
  state: (text) => (/^P\d{1,2}$/.test(text) ? Number(text.slice(1)) : null),
  bits: (text) => (/^0x[0-9a-f]{1,16}$/i.test(text) ? Number(text) : null),
};
