import { createHash, timingSafeEqual } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Logger } from "@/server/logger";
import { newReadableSecret } from "./readable-secret";

const VALID_MS = 60 * 60_000;

/** The way in while there is no admin: a one-time code, in a file that only whoever runs the portal can read. */
export interface SetupCode {
  /** Where the code lies while there is one. */
  file: string;
  /** True while the first admin may be made. */
  isOpen: () => Promise<boolean>;
  /** True of the code that is in the file now. Takes the same time whatever is wrong. */
  accepts(code: string): boolean;
  /** There is an admin: the code is gone for good. */
  close(): void;
  stop(): void;
}

/**
 * While there is no admin it makes a code at the start, and a new one each 60 minutes, when the one before ends. In memory is only its
 * hash. Portals that share a database each have a code of their own, for themselves.
 */
export async function createSetupCode(options: {
  dataDir: string;
  hasAdmin: () => Promise<boolean>;
  logger: Pick<Logger, "warn">;
  /** A clock that nobody sets, in milliseconds. */
  elapsedMs?: () => number;
}): Promise<SetupCode> {
  const { dataDir, hasAdmin, logger, elapsedMs = () => performance.now() } = options;
  const file = join(resolve(dataDir), "setup-code");
  let hash: Buffer | null = null;
  let endsAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  function renew(): void {
    const code = newReadableSecret();
    try {
      write(file, `${code}\n`);
      hash = hashOf(code);
      endsAtMs = elapsedMs() + VALID_MS;
    } catch (error) {
      hash = null;
      logger.warn(
        { err: error },
        "The setup code cannot be written: correct the rights of DATA_DIR",
      );
    }
  }

  function close(): void {
    clearInterval(timer);
    hash = null;
    rmSync(file, { force: true });
  }

  if (await hasAdmin()) close();
  else {
    renew();
    timer = setInterval(renew, VALID_MS);
    timer.unref();
  }

  return {
    file,
    async isOpen() {
      if (hash === null) return false;
      // Another portal may have made the admin. While the database is away nobody can make one, and the page may say so.
      const isDone = await hasAdmin().catch(() => false);
      if (isDone) close();
      return !isDone;
    },
    accepts(code) {
      const isSame = timingSafeEqual(hashOf(code), hash ?? hashOf(""));
      return isSame && hash !== null && elapsedMs() < endsAtMs;
    },
    close,
    stop() {
      clearInterval(timer);
      if (hash !== null) rmSync(file, { force: true });
      hash = null;
    },
  };
}

/** As a person may have typed it: small letters, spaces for hyphens. */
function hashOf(code: string): Buffer {
  const letters = code.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return createHash("sha256").update(letters).digest();
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function write(file: string, text: string): void {
  const draft = `${file}.${process.pid}.draft`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
}
