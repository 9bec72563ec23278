import { timingSafeEqual } from "node:crypto";
import { statSync } from "node:fs";
import { AppError, isAppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import { readSecretFile } from "./read-secret-file";
import { hashToken } from "./secret-token";

/** A changed file is seen after this long at the latest, when somebody asks. */
const LOOK_EVERY_MS = 2_000;
const KEY = /^[\x21-\x7e]{32,512}$/;

/** The key of INITIAL_ADMIN_KEY_FILE. It needs no database, and is valid while the file names it. */
export interface CredentialFile {
  /** The number of the key in the file, counted from the start; null when the token is not that key. */
  editionOf: (token: string) => number | null;
  /** Null while the file holds no key. */
  edition: () => number | null;
}

/** Throws an AppError with one sentence when the file cannot serve at the start. */
export function watchCredentialFile(options: {
  /** Null: nobody has such a key. */
  file: string | null;
  logger: Pick<Logger, "info" | "warn">;
  monotonicMs?: () => number;
}): CredentialFile {
  const { file, logger, monotonicMs = () => performance.now() } = options;
  if (file === null) return { editionOf: () => null, edition: () => null };
  let seen = stateOf(file);
  let hash: Buffer | null = hashToken(readKey(file));
  let edition = 1;
  let lookedAtMs = monotonicMs();
  if (isOpenToAll(file))
    logger.warn(
      "The key of INITIAL_ADMIN_KEY_FILE can be read by every user of this machine: chmod 600 the file",
    );

  function look(path: string): void {
    if (monotonicMs() - lookedAtMs < LOOK_EVERY_MS) return;
    lookedAtMs = monotonicMs();
    const now = stateOf(path);
    if (now === seen) return;
    seen = now;
    const before = hash;
    try {
      hash = hashToken(readKey(path));
    } catch (error) {
      hash = null;
      if (isAppError(error))
        logger.warn(`${error.message} Until then nobody gets in with the key of before.`);
    }
    if (before && hash && timingSafeEqual(before, hash)) return;
    edition += 1;
    if (hash) logger.info("The key of INITIAL_ADMIN_KEY_FILE has changed");
  }
  return {
    editionOf(token) {
      look(file);
      return hash && timingSafeEqual(hashToken(token), hash) ? edition : null;
    },
    edition() {
      look(file);
      return hash && edition;
    },
  };
}

/** Changes whenever the file does. */
function stateOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : "";
}

// Containers mount secrets that way, so it is said and not refused.
function isOpenToAll(file: string): boolean {
  return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;
}

/** The key in a file, without the space around it. Throws an AppError whose sentence names the setting and never the key. */
function readKey(file: string): string {
  const setting = { name: "INITIAL_ADMIN_KEY_FILE", instead: "or remove the setting" };
  const key = readSecretFile(file, setting).trim();
  if (KEY.test(key)) return key;
  throw new AppError(
    "INVALID",
    "The file of INITIAL_ADMIN_KEY_FILE must hold one key of 32 to 512 letters, digits and signs: make one with openssl rand -hex 32.",
  );
}
