import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { INGEST_KEY_LENGTH, ingestKeyOf } from "@/domain/ingest/ingest-key-text";
import { isLoopback } from "@/server/env";
import { AppError, isAppError } from "@/server/errors";
import { isHostExpected } from "@/server/http/same-origin";
import type { Logger } from "@/server/logger";
import type { Refusal } from "@/server/policy/policy";

const MAX_FILE_BYTES = 4_096;
/** A changed file is seen after this long at the latest, when somebody asks. */
const LOOK_EVERY_MS = 2_000;

/** What a request says of who sends it. */
export interface IngestRequest {
  headers: IncomingHttpHeaders;
  /** The other end of the connection, a proxy's if there is one between. */
  remoteAddress: string;
}

/** Who may send samples and inferences, until API keys exist: this file is all that they replace. */
export interface IngestKey {
  /** Null when this request may send; else why not. */
  refusalOf: (request: IngestRequest) => Refusal | null;
}

const needsKey: Refusal = {
  code: "UNAUTHENTICATED",
  message: "Send the ingest key of this portal, as the header Authorization: Bearer KEY.",
};
const wrongKey: Refusal = {
  code: "UNAUTHENTICATED",
  message: "This is not the ingest key of this portal: compare the two key files.",
};
const notFromHere: Refusal = {
  code: "FORBIDDEN",
  message:
    "Only this machine itself may send here: set INGEST_KEY_FILE on the portal, and send the key in it.",
};

/**
 * With `file` (INGEST_KEY_FILE) whoever sends the key in it; without, requests of this machine alone that came through no proxy.
 * Throws an AppError with one sentence when the file cannot serve. The file may change: see `LOOK_EVERY_MS`.
 */
export function createIngestKey(options: {
  file: string | null;
  logger: Pick<Logger, "info" | "warn">;
}): IngestKey {
  const { file, logger } = options;
  if (file === null)
    return { refusalOf: (request) => (isDirectLoopback(request) ? null : notFromHere) };
  const watched = watchKeyFile(file, logger);
  return {
    refusalOf({ headers: { authorization } }) {
      const [, sent] = /^Bearer +(\S+)$/i.exec(authorization?.trim() ?? "") ?? [];
      if (sent === undefined) return needsKey;
      return timingSafeEqual(hashOf(sent), watched.keyHash()) ? null : wrongKey;
    },
  };
}

/** No key but the machine's own loopback: then no proxy may stand between, and no page of another site behind a name of its own. */
function isDirectLoopback({ headers, remoteAddress }: IngestRequest): boolean {
  const forwarding = ["forwarded", "via", "x-real-ip"];
  const isForwarded = Object.keys(headers).some(
    (name) => forwarding.includes(name) || name.startsWith("x-forwarded-"),
  );
  return !isForwarded && isLoopback(remoteAddress) && isHostExpected(headers.host, true);
}

function watchKeyFile(file: string, logger: Pick<Logger, "info" | "warn">) {
  let seen = stateOf(file);
  let keyHash = hashOf(readKey(file));
  let lookedAtMs = performance.now();
  if (isOpenToAll(file))
    logger.warn("The ingest key can be read by every user of this machine: chmod 600 its file");

  function look(): void {
    if (performance.now() - lookedAtMs < LOOK_EVERY_MS) return;
    lookedAtMs = performance.now();
    const now = stateOf(file);
    if (now === seen) return;
    seen = now;
    try {
      keyHash = hashOf(readKey(file));
      logger.info("The ingest key has changed: only the new one is taken from now on");
    } catch (error) {
      // Whoever had access keeps it: a half written file must not cut off a fleet.
      if (isAppError(error)) logger.warn(`${error.message} The key of before stays in force.`);
    }
  }
  return {
    keyHash() {
      look();
      return keyHash;
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
  const key = ingestKeyOf(readText(file));
  if (key !== null) return key;
  const { min, max } = INGEST_KEY_LENGTH;
  throw new AppError(
    "INVALID",
    `The file of INGEST_KEY_FILE must hold one key of ${min} to ${max} letters, digits and signs: make one with openssl rand -hex 32.`,
  );
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    return size > MAX_FILE_BYTES ? "" : readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const what = isMissing ? "does not exist" : "cannot be read";
    throw new AppError(
      "INVALID",
      `The file of INGEST_KEY_FILE ${what}: correct the path or its rights, or remove the setting.`,
      { cause: error },
    );
  }
}

function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
