import type { Logger } from "@/server/logger";
import type { Actor } from "@/server/policy/policy";
import { KEY_FILE_ID } from "./actor-of";
import type { CredentialCache } from "./credential-cache";
import type { CredentialFile } from "./credential-file";
import type { CredentialStore, KeyRow, SessionRow } from "./credential-store";
import { kindOf, roleOf } from "./credential-validity";

const CHECK_EVERY_MS = 2_000;

interface Watched {
  actor: Actor;
  onEnd: () => void;
}

export interface ActorWatch {
  watch: (actor: Actor, onEnd: () => void) => () => void;
  stop: () => void;
}

/**
 * Ends what goes on for longer than one answer (sockets, streams) when the session or key behind it no longer holds, or gives other
 * rights. All that are watched are looked up in one statement, every 2 s and at once after a change in this process. While the
 * database is away nothing is ended.
 */
export function watchActors(parts: {
  store: Pick<CredentialStore, "findByIds">;
  credentials: Pick<CredentialCache, "usage" | "onInvalidate">;
  keyFile: CredentialFile;
  sessionIdleMs: number;
  nowMs: () => number;
  logger: Pick<Logger, "debug">;
}): ActorWatch {
  const { store, credentials, keyFile, logger } = parts;
  const watched = new Set<Watched>();
  let isChecking = false;
  let isAskedAgain = false;

  function holds({ actor }: Watched, rows: Rows): boolean {
    if (actor.id?.startsWith(KEY_FILE_ID))
      return actor.id === `${KEY_FILE_ID}${keyFile.edition() ?? ""}`;
    if (actor.sessionId !== null) return sessionHolds(actor, rows.sessions.get(actor.sessionId));
    const key = rows.keys.get(actor.id ?? "");
    return key !== undefined && kindOf(key, parts.nowMs()) === actor.keyKind;
  }

  function sessionHolds(actor: Actor, row: SessionRow | undefined): boolean {
    if (!row) return false;
    credentials.usage.sessionUsed(row); // somebody looks at an open page
    return (
      roleOf(row, { nowMs: parts.nowMs(), idleMs: 0, maxIdleMs: parts.sessionIdleMs }) ===
      actor.role
    );
  }

  async function check(): Promise<void> {
    const asked = [...watched]; // who comes meanwhile is not in the answer
    const rows = await readRows(store, asked);
    for (const one of asked) {
      if (!watched.has(one) || holds(one, rows)) continue;
      watched.delete(one);
      one.onEnd();
    }
  }

  function checkSoon(): void {
    isAskedAgain = isChecking;
    if (isChecking || watched.size === 0) return;
    isChecking = true;
    check()
      .catch((error: unknown) => {
        logger.debug({ err: error }, "Open connections could not be checked");
      })
      .finally(() => {
        isChecking = false;
        if (isAskedAgain) checkSoon();
      });
  }

  const timer = setInterval(checkSoon, CHECK_EVERY_MS);
  timer.unref();
  const off = credentials.onInvalidate(checkSoon);
  return {
    watch(actor, onEnd) {
      if (actor.via === "anonymous") return () => undefined;
      const one = { actor, onEnd };
      watched.add(one);
      return () => void watched.delete(one);
    },
    stop() {
      clearInterval(timer);
      off();
      watched.clear();
    },
  };
}

interface Rows {
  sessions: ReadonlyMap<string, SessionRow>;
  keys: ReadonlyMap<string, KeyRow>;
}

async function readRows(
  store: Pick<CredentialStore, "findByIds">,
  asked: readonly Watched[],
): Promise<Rows> {
  const sessions = new Set<string>();
  const keys = new Set<string>();
  for (const { actor } of asked) {
    if (actor.sessionId !== null) sessions.add(actor.sessionId);
    else if (actor.id !== null && !actor.id.startsWith(KEY_FILE_ID)) keys.add(actor.id);
  }
  const needed = sessions.size + keys.size;
  const found =
    needed === 0
      ? { sessions: [], keys: [] }
      : await store.findByIds({ sessions: [...sessions], keys: [...keys] });
  return {
    sessions: new Map(found.sessions.map((row) => [row.id, row])),
    keys: new Map(found.keys.map((row) => [row.id, row])),
  };
}
