import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { SpoolPosition } from "./record-format";

const FILE = "cursor.json";

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

/** How far the spool was read; null when it is not known: then all that is there is read again. */
export function readCursor(folder: string): SpoolPosition | null {
  try {
    const { record, item } = JSON.parse(
      readFileSync(path.join(folder, FILE), "utf8"),
    ) as SpoolPosition;
    return isCount(record) && isCount(item) ? { record, item } : null;
  } catch {
    return null; // none yet, or half written when the power went
  }
}

export async function writeCursor(folder: string, { record, item }: SpoolPosition): Promise<void> {
  const file = path.join(folder, FILE);
  const draft = `${file}.draft`;
  await writeFile(draft, JSON.stringify({ record, item }), { mode: 0o600, flush: true });
  await rename(draft, file);
}
