import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/server/errors";
import { processIdentity } from "./process-identity";

const FILE = "portal.lock";
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

/** Moves a dead portal's lock away; should it be a living one's by now, that is put back. */
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

/**
 * One portal a data folder. The file holds the process id and its start time, so that the lock of a killed portal
 * is known as such even when its process id was given to another program.
 */
export async function lockDataFolder(dataDir: string): Promise<{ release: () => void }> {
  const file = path.join(dataDir, FILE);
  const mine = processIdentity(process.pid) ?? `${process.pid}/0/unknown`;
  const draft = `${file}.${process.pid}.draft`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = readLock(file);
    if (held !== null && ownerIsAlive(held)) {
      throw new AppError(
        "UNAVAILABLE",
        `Another portal (process ${held.split("/", 1)[0]}) already uses ${dataDir}: stop it, or set DATA_DIR to another folder.`,
      );
    }
    if (held !== null) removeStale(file, held, String(process.pid));
    writeFileSync(draft, mine, { mode: 0o644 });
    const linked = tryLink(draft, file);
    rmSync(draft, { force: true });
    if (!linked) continue;
    await sleep(SETTLE_MS); // a second portal that had read the stale lock would have moved ours by now
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
    `The folder ${dataDir} could not be locked: another portal starts in it. Try again, or set DATA_DIR.`,
  );
}
