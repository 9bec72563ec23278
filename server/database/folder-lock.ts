import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/server/errors";
import { processIdentity } from "./process-identity";

const ATTEMPTS = 5;
const SETTLE_MS = 20;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function readLock(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function ownerIsAlive(identity: string): boolean {
  const pid = Number(identity.split("/", 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 && processIdentity(pid) === identity;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Moves a dead process's lock away; should it be a living one's by now, that is put back. */
function removeStale(file: string, stale: string, suffix: string): void {
  const moved = `${file}.${suffix}.stale`;
  try {
    renameSync(file, moved);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if (readLock(moved) !== stale) tryLink(moved, file);
  rmSync(moved, { force: true });
}

export interface FolderLock {
  /** Name of the lock file within the folder. */
  file: string;
  /** The sentence for whoever comes second; `pid` is the process that was first. */
  inUse: (pid: string) => string;
}

/**
 * One process a folder. The file holds the process id and its start time, so that the lock of a killed process
 * is known as such even when its process id was given to another program. Throws AppError with `inUse`.
 */
export async function lockFolder(
  folder: string,
  lock: FolderLock,
): Promise<{ release: () => void }> {
  const file = path.join(folder, lock.file);
  const mine = processIdentity(process.pid) ?? `${process.pid}/0/unknown`;
  const draft = `${file}.${process.pid}.draft`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = readLock(file);
    if (held !== null && ownerIsAlive(held))
      throw new AppError("UNAVAILABLE", lock.inUse(held.split("/", 1)[0] ?? "unknown"));
    if (held !== null) removeStale(file, held, String(process.pid));
    writeFileSync(draft, mine, { mode: 0o644 });
    const linked = tryLink(draft, file);
    rmSync(draft, { force: true });
    if (!linked) continue;
    await sleep(SETTLE_MS); // a second process that had read the stale lock would have moved ours by now
    if (readLock(file) === mine) {
      return {
        release: () => {
          if (readLock(file) === mine) rmSync(file, { force: true });
        },
      };
    }
  }
  throw new AppError(
    "UNAVAILABLE",
    `The folder ${folder} could not be locked: another portal starts in it. Try again, or set DATA_DIR.`,
  );
}
