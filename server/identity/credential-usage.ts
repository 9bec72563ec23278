import type { CredentialStore, KeyCalls, SessionRow } from "./credential-store";

const HOUR_MS = 3_600_000;
/** A use is written when the last one that was written is this old. */
const WRITE_EVERY_MS = 60_000;
const KEEP_CALLS_MS = 31 * 24 * HOUR_MS;
const MAX_SESSIONS = 10_000;
const MAX_KEYS = 10_000;
const MAX_CALLS = 50_000;

interface SessionUse {
  /** By a clock that is never set. */
  usedAtMs: number;
  writtenAtMs: number;
  /** As the database said last; another value means a use through another portal, or one that we wrote. */
  rowSeenAtMs: number;
}

interface Clocks {
  nowMs: () => number;
  monotonicMs: () => number;
}

/** When sessions and keys were used and how often: counted in memory, written in one go every now and then. */
export class CredentialUsage {
  readonly #clocks: Clocks;
  readonly #sessions = new Map<string, SessionUse>();
  readonly #keysWrittenAtMs = new Map<string, number>();
  #unwrittenSessions = new Map<string, number>();
  #unwrittenKeys = new Map<string, number>();
  #calls = new Map<string, KeyCalls>();
  #prunedHourMs = 0;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  /**
   * How long a session has not been used. From the database's time when this process sees it first, and then by a clock that is
   * never set: a wall clock that is put right must not sign everybody out.
   */
  idleMs(row: SessionRow): number {
    return this.#clocks.monotonicMs() - this.#useOf(row).usedAtMs;
  }

  sessionUsed(row: SessionRow): void {
    const use = this.#useOf(row);
    use.usedAtMs = this.#clocks.monotonicMs();
    if (use.usedAtMs - use.writtenAtMs < WRITE_EVERY_MS) return;
    use.writtenAtMs = use.usedAtMs;
    this.#unwrittenSessions.set(row.id, this.#clocks.nowMs());
  }

  keyUsed(keyId: string): void {
    const nowMs = this.#clocks.nowMs();
    this.#count({ keyId, hourMs: nowMs - (nowMs % HOUR_MS), count: 1 });
    const monotonicMs = this.#clocks.monotonicMs();
    if (monotonicMs - (this.#keysWrittenAtMs.get(keyId) ?? -Infinity) < WRITE_EVERY_MS) return;
    keepNewest(this.#keysWrittenAtMs, { name: keyId, value: monotonicMs, max: MAX_KEYS });
    this.#unwrittenKeys.set(keyId, nowMs);
  }

  /** Writes what has gathered. Rejects when the store does; nothing is lost then. */
  async flush(store: CredentialStore): Promise<void> {
    const sessions = this.#unwrittenSessions;
    const keys = this.#unwrittenKeys;
    const calls = this.#calls;
    this.#unwrittenSessions = new Map();
    this.#unwrittenKeys = new Map();
    this.#calls = new Map();
    try {
      if (sessions.size + keys.size > 0) await store.writeLastUses({ sessions, keys });
    } catch (error) {
      this.#unwrittenSessions = new Map([...sessions, ...this.#unwrittenSessions]);
      this.#unwrittenKeys = new Map([...keys, ...this.#unwrittenKeys]);
      for (const one of calls.values()) this.#count(one);
      throw error;
    }
    if (calls.size > 0) await this.#flushCalls(store, calls);
  }

  async #flushCalls(store: CredentialStore, calls: ReadonlyMap<string, KeyCalls>): Promise<void> {
    try {
      await store.addCalls([...calls.values()]);
    } catch (error) {
      for (const one of calls.values()) this.#count(one);
      throw error;
    }
    const nowMs = this.#clocks.nowMs();
    const hourMs = nowMs - (nowMs % HOUR_MS);
    if (hourMs === this.#prunedHourMs) return;
    this.#prunedHourMs = hourMs;
    await store.deleteCallsBefore(hourMs - KEEP_CALLS_MS);
  }

  #count({ keyId, hourMs, count }: KeyCalls): void {
    const name = `${keyId} ${hourMs}`;
    const before = this.#calls.get(name);
    if (before) before.count += count;
    else keepNewest(this.#calls, { name, value: { keyId, hourMs, count }, max: MAX_CALLS });
  }

  #useOf(row: SessionRow): SessionUse {
    const before = this.#sessions.get(row.id);
    if (before?.rowSeenAtMs === row.lastSeenAtMs) return before;
    const agoMs = Math.max(0, this.#clocks.nowMs() - row.lastSeenAtMs);
    const seenAtMs = this.#clocks.monotonicMs() - agoMs;
    const use = {
      usedAtMs: Math.max(seenAtMs, before?.usedAtMs ?? -Infinity),
      writtenAtMs: Math.max(seenAtMs, before?.writtenAtMs ?? -Infinity),
      rowSeenAtMs: row.lastSeenAtMs,
    };
    this.#sessions.delete(row.id);
    keepNewest(this.#sessions, { name: row.id, value: use, max: MAX_SESSIONS });
    return use;
  }
}

function keepNewest<Value>(
  map: Map<string, Value>,
  { name, value, max }: { name: string; value: Value; max: number },
): void {
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
