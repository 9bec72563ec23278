import { type CsvCell, toCsv } from "@/domain/chart/csv";

/** Hands the browser a table as a file. `name` without an ending. */
export function downloadCsv(
  name: string,
  header: readonly string[],
  rows: Iterable<readonly CsvCell[]>,
): void {
  // The mark at the start makes spreadsheets read UTF-8.
  const blob = new Blob(["\uFEFF", toCsv(header, rows)], { type: "text/csv;charset=utf-8" });
  saveFile(`${name.replaceAll(/[^\w.-]+/g, "-")}.csv`, blob);
}

/** Hands the browser a file. */
export function saveFile(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}
