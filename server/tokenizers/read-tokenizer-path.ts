import { constants, type Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { MAX_TOKENIZER_BYTES } from "@/domain/tokens/tokenizer-file";
import { AppError, isAppError } from "@/server/errors";
import { holdTokenizer, type HeldTokenizer } from "./hold-tokenizer";

/** Changes when the file does. */
function stampOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}

/**
 * Reads a file of the portal's machine, or nothing when it still has the stamp `known`. Links are followed: the cache of Hugging Face is
 * made of them. Throws INVALID with a sentence that does not name the path.
 */
export async function readTokenizerPath(
  path: string,
  known: string | null = null,
): Promise<{ stamp: string; held: HeldTokenizer | null }> {
  if (!isAbsolute(path))
    throw new AppError("INVALID", "Give the whole path of the file, from the root on.");
  return withFile(path, async (file) => {
    const stats = await file.stat();
    if (!stats.isFile())
      throw new AppError("INVALID", "The path leads to something that is no file.");
    if (stats.size > MAX_TOKENIZER_BYTES)
      throw new AppError("TOO_LARGE", "A tokenizer.json may hold 64 MB at most.");
    const stamp = stampOf(stats);
    if (stamp === known) return { stamp, held: null };
    const parts = file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 });
    return { stamp, held: await holdTokenizer(parts as AsyncIterable<Uint8Array>) };
  });
}

async function withFile<Value>(
  path: string,
  work: (file: FileHandle) => Promise<Value>,
): Promise<Value> {
  let file: FileHandle | null = null;
  try {
    // Without waiting: a named pipe that nobody writes to would hold the reader for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await work(file);
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError(
      "INVALID",
      `The file of the tokenizer ${problemOf(error)}. Check the path on the portal's machine.`,
      { cause: error },
    );
  } finally {
    await file?.close();
  }
}

function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return "is not there";
  if (code === "EACCES" || code === "EPERM") return "may not be read by the portal";
  return "cannot be read";
}
