import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import type { Segment } from "./segment-files";

/** How a file is opened; a test hands in one that fails. */
export type OpenFile = (file: string, flags: string, mode?: number) => Promise<FileHandle>;

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Appends to one new segment; each append is on disk when it resolves. After a failure it is of no further use. */
export class SegmentWriter {
  readonly segment: Segment;
  readonly #handle: FileHandle;

  private constructor(segment: Segment, handle: FileHandle) {
    this.segment = segment;
    this.#handle = handle;
  }

  static async create(segment: Segment, openFile: OpenFile): Promise<SegmentWriter> {
    const handle = await openFile(segment.file, "wx", 0o600);
    await syncFolder(path.dirname(segment.file));
    return new SegmentWriter(segment, handle);
  }

  async append(bytes: Buffer): Promise<void> {
    const from = this.segment.bytes;
    try {
      for (let written = 0; written < bytes.length;) {
        const part = bytes.subarray(written);
        const { bytesWritten } = await this.#handle.write(part, 0, part.length, from + written);
        written += bytesWritten;
      }
      await this.#handle.datasync();
      this.segment.bytes = from + bytes.length;
    } catch (error) {
      // What was written of it goes, as far as that works; a reader skips the rest.
      await this.#handle.truncate(from).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }
}
