/** What a cell may hold. Numbers are written in full; null is an empty cell, never 0. */
export type CsvCell = string | number | null;

const STARTS_A_FORMULA = /^[=+\-@\t\r]/;

/** A comma separated table (RFC 4180, CRLF). Text that a spreadsheet would run as a formula gets a leading apostrophe. */
export function toCsv(header: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  return csvRows([header]) + csvRows(rows);
}

/** Rows of such a table alone, for one that is written part by part. */
export function csvRows(rows: Iterable<readonly CsvCell[]>): string {
  return Array.from(rows, (row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const safe = STARTS_A_FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
