import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { lockFolder } from "@/server/database/folder-lock";
import { AppError, isAppError } from "@/server/errors";
import { readCursor, writeCursor } from "./read-cursor";
import { encodeRecord, findRecord, type SpoolPosition, type SpoolRecord } from "./record-format";
import {
  endOfSegment,
  listSegments,
  removeSegment,
  type Segment,
  segmentFile,
} from "./segment-files";
import { type OpenFile, SegmentWriter } from "./segment-writer";

const SMALLEST_SEGMENT_BYTES = 64 * 1024;
const LARGEST_SEGMENT_BYTES = 4 * 1024 * 1024;
const SEGMENTS = 16;

export interface SpoolOptions {
  /** Made if need be, for its owner alone. */
  folder: string;
  /** Past it the oldest segment goes. */
  maxBytes: number;
  /** Default: a sixteenth of `maxBytes`, between 64 KiB and 4 MiB. */
  segmentBytes?: number;
  openFile?: OpenFile;
}

/** What is in the spool, and what became of the rest since it was opened. */
export interface SpoolState {
  bytes: number;
  /** Not read to the end yet. */
  records: number;
  items: number;
  /** Items that went because the spool was full. */
  droppedItems: number;
  /** Records that could not be read, and the items in them as far as their number is known. */
  corruptRecords: number;
  corruptItems: number;
  /** Ends of files that held only the beginning of a record: a write that was never acknowledged. */
  tornTails: number;
  /** Why the last append failed (`ENOSPC`); null when it did not. */
  failure: string | null;
}

/** Records in the order of their appending; given to `advance` when they are done. */
export interface SpoolRead {
  payloads: Buffer[];
  items: number;
  end: SpoolPosition;
  /** What was skipped between them because it is damaged. */
  skipped: SpoolPosition;
}

const after = ({ position, items }: SpoolRecord): SpoolPosition => ({
  record: position.record + 1,
  item: position.item + items,
});

/** Holes in the numbers are damaged records. */
function countSkipped(read: SpoolRead, next: SpoolPosition): void {
  read.skipped.record += next.record - read.end.record;
  read.skipped.item += next.item - read.end.item;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "unknown";
}

/**
 * A queue on disk: segment files of checksummed records, and a cursor. What `append` resolved for is on disk and is read
 * again, in order, until `advance` went past it. A damaged record is skipped and counted, the next one is read. One process
 * at a time; nothing in here waits for anything but the disk.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #segments: Segment[];
  readonly #lock: { release: () => void };
  #writer: SegmentWriter | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #cursor: SpoolPosition;
  #end: SpoolPosition;
  /** The segment that is being read, as long as it does not grow. */
  #reading: { segment: Segment; bytes: Buffer; offset: number; at: SpoolPosition } | null = null;
  #dropped = 0;
  #failure: string | null = null;
  readonly #corrupt: SpoolPosition = { record: 0, item: 0 };
  #tornTails = 0;

  private constructor(options: Required<SpoolOptions>, lock: { release: () => void }) {
    this.#options = options;
    this.#lock = lock;
    this.#segments = listSegments(options.folder);
    const found = readCursor(options.folder);
    const end = this.#endOfSegments();
    const start = this.#segments[0]?.first ?? found ?? { record: 0, item: 0 };
    this.#cursor = found && found.record > start.record ? found : start;
    this.#end = end && end.record > this.#cursor.record ? end : this.#cursor;
    this.#removeDone();
  }

  /** The end of what is whole. A segment without a whole record was never acknowledged, and its name would be in the way. */
  #endOfSegments(): SpoolPosition | null {
    for (let last = this.#segments.at(-1); last; last = this.#segments.at(-1)) {
      const { end, isTorn } = endOfSegment(last);
      if (isTorn) this.#tornTails++;
      if (end) return end;
      this.#forget(last);
    }
    return null;
  }

  /** Throws AppError with one sentence when the folder cannot be used, or another process uses it. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const folder = path.resolve(options.folder);
    const segmentBytes = Math.min(
      LARGEST_SEGMENT_BYTES,
      Math.max(SMALLEST_SEGMENT_BYTES, Math.floor(options.maxBytes / SEGMENTS)),
    );
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o700);
      const lock = await lockFolder(folder, {
        file: "spool.lock",
        inUse: (pid) =>
          `Another process (${pid}) already uses the spool ${folder}: stop it, or choose another folder.`,
      });
      return new Spool({ segmentBytes, openFile: open, ...options, folder }, lock);
    } catch (error) {
      throw isAppError(error) ? error : folderProblem(folder, error);
    }
  }

  state(): SpoolState {
    return {
      bytes: this.#segments.reduce((sum, segment) => sum + segment.bytes, 0),
      records: this.#end.record - this.#cursor.record,
      items: this.#end.item - this.#cursor.item,
      droppedItems: this.#dropped,
      corruptRecords: this.#corrupt.record,
      corruptItems: this.#corrupt.item,
      tornTails: this.#tornTails,
      failure: this.#failure,
    };
  }

  /** Resolves when the record is on disk. Rejects with the error of the system, and then holds nothing of it. */
  append(payload: Uint8Array, items: number): Promise<void> {
    return this.#inTurn(async () => {
      try {
        await this.#append(payload, items);
        this.#failure = null;
      } catch (error) {
        this.#failure = codeOf(error);
        throw error;
      }
    });
  }

  /** The next records, at least one, and no more once `maxItems` are reached; null when nothing is left. Moves nothing. */
  read(maxItems: number): Promise<SpoolRead | null> {
    return this.#inTurn(async () => {
      const skipped = { record: 0, item: 0 };
      const read: SpoolRead = { payloads: [], items: 0, end: this.#cursor, skipped };
      while (read.items < maxItems) {
        const record = this.#nextRecord(read.end);
        countSkipped(read, record?.position ?? this.#end);
        read.end = record ? after(record) : this.#end;
        if (!record) break;
        read.payloads.push(record.payload);
        read.items += record.items;
      }
      if (read.payloads.length > 0) return read;
      await this.#moveTo(read); // nothing but damage was left
      return null;
    });
  }

  /** What was read is done: it will not be read again. */
  advance(read: SpoolRead): Promise<void> {
    return this.#inTurn(() => this.#moveTo(read));
  }

  /** What was appended stays for the next start. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#writer?.close();
      this.#writer = null;
      this.#reading = null;
      this.#lock.release();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #append(payload: Uint8Array, items: number): Promise<void> {
    const bytes = encodeRecord(payload, { position: this.#end, items });
    if (this.#writer && this.#writer.segment.bytes + bytes.length > this.#options.segmentBytes)
      await this.#closeWriter();
    this.#makeRoom(bytes.length);
    const writer = (this.#writer ??= await this.#newWriter());
    try {
      await writer.append(bytes);
    } catch (error) {
      await this.#closeWriter();
      if (writer.segment.bytes === 0) this.#forget(writer.segment);
      throw error;
    }
    this.#end = { record: this.#end.record + 1, item: this.#end.item + items };
  }

  async #newWriter(): Promise<SegmentWriter> {
    const { folder, openFile } = this.#options;
    const segment = { file: segmentFile(folder, this.#end), first: this.#end, bytes: 0 };
    const writer = await SegmentWriter.create(segment, openFile).catch((error: unknown) => {
      removeSegment(segment);
      throw error;
    });
    this.#segments.push(segment);
    return writer;
  }

  async #closeWriter(): Promise<void> {
    await this.#writer?.close();
    this.#writer = null;
  }

  /** The oldest segments go until there is room; never the one that is written to. */
  #makeRoom(bytes: number): void {
    while (this.state().bytes + bytes > this.#options.maxBytes) {
      const [oldest, next] = this.#segments;
      if (!oldest || oldest === this.#writer?.segment) return;
      const end = next?.first ?? this.#end;
      if (end.record > this.#cursor.record) {
        this.#dropped += end.item - this.#cursor.item;
        this.#cursor = end;
      }
      this.#forget(oldest);
    }
  }

  #forget(segment: Segment): void {
    removeSegment(segment);
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    if (this.#reading?.segment === segment) this.#reading = null;
  }

  /** Segments that lie before the cursor. */
  #removeDone(): void {
    for (let [oldest, next] = this.#segments; oldest; [oldest, next] = this.#segments) {
      const end = next?.first ?? this.#end;
      if (end.record > this.#cursor.record) return;
      if (oldest === this.#writer?.segment) return;
      this.#forget(oldest);
    }
  }

  async #moveTo({ end, skipped }: SpoolRead): Promise<void> {
    if (end.record <= this.#cursor.record) return; // it was dropped meanwhile
    this.#corrupt.record += skipped.record;
    this.#corrupt.item += skipped.item;
    this.#cursor = end;
    if (end.record === this.#end.record) await this.#closeWriter(); // all is read: an empty spool takes no room
    this.#removeDone();
    await writeCursor(this.#options.folder, end).catch((error: unknown) => {
      // On a full disk: what is read twice is stored once.
      this.#failure = codeOf(error);
    });
  }

  /** The record at a position or, when that is damaged, the next whole one; null when there is none. */
  #nextRecord(from: SpoolPosition): SpoolRecord | null {
    for (const [i, segment] of this.#segments.entries()) {
      const next = this.#segments[i + 1];
      if (next && next.first.record <= from.record) continue;
      const { bytes, offset } = this.#bytesOf(segment, from);
      let found = findRecord(bytes, offset);
      while (found && found.position.record < from.record)
        found = findRecord(bytes, found.endOffset);
      if (!found) continue;
      this.#reading = { segment, bytes, offset: found.endOffset, at: after(found) };
      return found;
    }
    return null;
  }

  #bytesOf(segment: Segment, from: SpoolPosition): { bytes: Buffer; offset: number } {
    const { segment: known, bytes, offset, at } = this.#reading ?? {};
    const isCurrent = known === segment && bytes?.length === segment.bytes;
    if (isCurrent) return { bytes, offset: at?.record === from.record ? (offset ?? 0) : 0 };
    return { bytes: readFileSync(segment.file).subarray(0, segment.bytes), offset: 0 };
  }
}

function folderProblem(folder: string, error: unknown): AppError {
  return new AppError(
    "UNAVAILABLE",
    codeOf(error) === "ENOSPC"
      ? "The disk is full: free space, then try again."
      : `The folder ${folder} cannot be written, and samples wait there while the database is away: correct its rights, or set DATA_DIR to another folder.`,
    { cause: error },
  );
}
