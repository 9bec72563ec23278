import { beforeEach, describe, expect, test } from "vitest";
import { FakeCredentialStore } from "@/fixtures/fake-credential-store";
import { CredentialUsage } from "./credential-usage";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
let wallMs: number;
let monotonicMs: number;
let store: FakeCredentialStore;
let usage: CredentialUsage;

beforeEach(() => {
  wallMs = Date.UTC(2026, 10, 24, 12, 30);
  monotonicMs = 5_000;
  store = new FakeCredentialStore();
  usage = new CredentialUsage({ nowMs: () => wallMs, monotonicMs: () => monotonicMs });
});

function pass(ms: number): void {
  wallMs += ms;
  monotonicMs += ms;
}

describe("how long a session was not used", () => {
  test("begins with what the database says", () => {
    const { row } = store.signIn({ nowMs: wallMs - HOUR_MS });
    expect(usage.idleMs(row)).toBe(HOUR_MS);
    pass(MINUTE_MS);
    expect(usage.idleMs(row)).toBe(HOUR_MS + MINUTE_MS);
  });

  test("ends with a use here", () => {
    const { row } = store.signIn({ nowMs: wallMs - HOUR_MS });
    usage.sessionUsed(row);
    expect(usage.idleMs(row)).toBe(0);
  });

  test("ends with a use through another portal", () => {
    const { row } = store.signIn({ nowMs: wallMs });
    usage.sessionUsed(row);
    pass(HOUR_MS);
    expect(usage.idleMs({ ...row, lastSeenAtMs: wallMs - MINUTE_MS })).toBe(MINUTE_MS);
  });

  test("is not what a wall clock says that is set forward or back", () => {
    const { row } = store.signIn({ nowMs: wallMs });
    usage.sessionUsed(row);
    wallMs += 13 * HOUR_MS;
    monotonicMs += MINUTE_MS;
    expect(usage.idleMs(row)).toBe(MINUTE_MS);
    wallMs -= 26 * HOUR_MS;
    expect(usage.idleMs(row)).toBe(MINUTE_MS);
    expect(usage.idleMs({ ...row, lastSeenAtMs: wallMs + 5 * HOUR_MS })).toBe(0); // in the future
  });
});

describe("what is written", () => {
  test("a use of a session or key, at most once a minute", async () => {
    const { row } = store.signIn({ nowMs: wallMs });
    for (let second = 0; second <= 180; second++) {
      usage.sessionUsed(row);
      usage.keyUsed("key");
      await usage.flush(store);
      pass(1_000);
    }
    const sessions = store.written.flatMap((uses) => [...uses.sessions.values()]);
    const keys = store.written.flatMap((uses) => [...uses.keys.values()]);
    const startMs = Date.UTC(2026, 10, 24, 12, 30);
    const minutes = [1, 2, 3].map((n) => startMs + n * MINUTE_MS);
    expect(sessions).toEqual(minutes);
    expect(keys).toEqual([startMs, ...minutes]); // the first use at once: nothing is known of it before
  });

  test("calls of a key by the hour", async () => {
    for (let n = 0; n < 3; n++) usage.keyUsed("a");
    usage.keyUsed("b");
    pass(HOUR_MS);
    usage.keyUsed("a");
    await usage.flush(store);
    const noon = Date.UTC(2026, 10, 24, 12);
    expect(store.calls).toEqual([
      { keyId: "a", hourMs: noon, count: 3 },
      { keyId: "b", hourMs: noon, count: 1 },
      { keyId: "a", hourMs: noon + HOUR_MS, count: 1 },
    ]);
    await usage.flush(store);
    expect(store.calls).toHaveLength(3);
  });

  test("nothing, when nothing was used", async () => {
    await usage.flush(store);
    expect(store.reads).toBe(0);
  });

  test("what could not be written is written later, with what came meanwhile", async () => {
    const { row } = store.signIn({ nowMs: wallMs - HOUR_MS });
    usage.sessionUsed(row);
    usage.keyUsed("a");
    store.isAway = true;
    await expect(usage.flush(store)).rejects.toThrow();
    usage.keyUsed("a");
    store.isAway = false;
    await usage.flush(store);
    expect(store.written[0]?.sessions.get(row.id)).toBe(wallMs);
    expect(store.calls).toMatchObject([{ keyId: "a", count: 2 }]);
  });

  test("calls of more than a month ago go, once an hour", async () => {
    for (let n = 0; n < 3; n++) {
      usage.keyUsed("a");
      await usage.flush(store);
    }
    expect(store.deletedBeforeMs).toEqual([Date.UTC(2026, 10, 24, 12) - 31 * 24 * HOUR_MS]);
  });
});
