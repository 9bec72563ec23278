import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { findRecord, type SpoolPosition } from "./record-format";

// The name says where the segment begins, and the version of the format: damage within cannot hide it.
const NAME = /^(\d{15})-(\d{15})\.spool1$/;

/** One file of records. Only the newest is written to. */
export interface Segment {
  file: string;
  first: SpoolPosition;
  /** Bytes on disk that count: past it lies at most the rest of a write that failed. */
  bytes: number;
}

const padded = (count: number) => String(count).padStart(15, "0");

export function segmentFile(folder: string, first: SpoolPosition): string {
  return path.join(folder, `${padded(first.record)}-${padded(first.item)}.spool1`);
}

/** All segments of the folder, the oldest first. Files of another kind are left alone. */
export function listSegments(folder: string): Segment[] {
  const segments: Segment[] = [];
  for (const name of readdirSync(folder).sort()) {
    const [, record, item] = NAME.exec(name) ?? [];
    if (record === undefined || item === undefined) continue;
    const file = path.join(folder, name);
    const first = { record: Number(record), item: Number(item) };
    segments.push({ file, first, bytes: statSync(file).size });
  }
  return segments;
}

/** Where the last whole record of a segment ends, null when it holds none; torn: something that is no record follows. */
export function endOfSegment(segment: Segment): { end: SpoolPosition | null; isTorn: boolean } {
  const bytes = readFileSync(segment.file);
  let end: SpoolPosition | null = null;
  let endOffset = 0;
  for (let found = findRecord(bytes, 0); found; found = findRecord(bytes, endOffset)) {
    end = { record: found.position.record + 1, item: found.position.item + found.items };
    ({ endOffset } = found);
  }
  return { end, isTorn: endOffset < bytes.length };
}

export function removeSegment(segment: Segment): void {
  rmSync(segment.file, { force: true });
}
