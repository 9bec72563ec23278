import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { anonymousActor } from "@/fixtures/actors";
import { identityOf, type TestIdentity } from "@/fixtures/identity-of";
import type { SessionRow } from "./credential-store";

const cookie = (token: string) => ({ cookie: `sightline=${token}` });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** One look of the watch, and what follows from it. */
async function nextLook(): Promise<void> {
  await vi.advanceTimersByTimeAsync(2_000);
  await new Promise((resolve) => setImmediate(resolve));
}

async function watchedSession(test: TestIdentity) {
  const { token, row } = test.store.signIn({ role: "operator", nowMs: test.clock.wallMs });
  const onEnd = vi.fn<() => void>();
  const off = test.identity.watch(await test.ask(cookie(token)), onEnd);
  return { row, onEnd, off, token };
}

const changes: [string, (row: SessionRow, own: TestIdentity) => void][] = [
  ["revoked", (row) => (row.revokedAtMs = 1)],
  ["disabled with its user", (row) => (row.disabledAtMs = 1)],
  ["given less", (row) => (row.role = "viewer")],
  ["given more", (row) => (row.role = "admin")],
  ["deleted", (_row, { store }) => (store.sessions = [])],
  ["past its end", (row, { clock }) => (clock.wallMs = row.expiresAtMs)],
];

test.each(changes)("a session that is %s ends at the next look, once", async (_name, change) => {
  const own = identityOf();
  const { row, onEnd } = await watchedSession(own);
  await nextLook();
  expect(onEnd).not.toHaveBeenCalled();
  change(row, own);
  await nextLook();
  await nextLook();
  expect(onEnd).toHaveBeenCalledTimes(1);
  await own.identity.stop();
});

test.each([
  ["revoked", { revokedAtMs: 1 }],
  ["past its end", { expiresAtMs: 1 }],
])("a key that is %s ends", async (_name, change) => {
  const own = identityOf();
  const { token, row } = own.store.issue("read");
  const onEnd = vi.fn<() => void>();
  own.identity.watch(await own.ask(bearer(token)), onEnd);
  await nextLook();
  expect(onEnd).not.toHaveBeenCalled();
  Object.assign(row, change);
  await nextLook();
  expect(onEnd).toHaveBeenCalledTimes(1);
  await own.identity.stop();
});

test("a change that this process made ends it at once, without waiting for the next look", async () => {
  const own = identityOf();
  const { row, onEnd } = await watchedSession(own);
  row.revokedAtMs = 1;
  own.identity.credentials.invalidateSession(row.id);
  await vi.waitFor(() => {
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
  await own.identity.stop();
});

test("a change during a look is seen by one right after it", async () => {
  const own = identityOf();
  const { row, onEnd } = await watchedSession(own);
  const { promise, resolve } = Promise.withResolvers<null>();
  own.store.gate = promise;
  own.identity.credentials.invalidateUser(row.userId); // looks, and sees the row as it was
  row.revokedAtMs = 1;
  own.identity.credentials.invalidateSession(row.id);
  own.store.gate = null;
  resolve(null);
  await vi.waitFor(() => {
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
  await own.identity.stop();
});

test("whoever is not watched any more, and whoever shows nothing, is left alone", async () => {
  const own = identityOf();
  const { row, onEnd, off } = await watchedSession(own);
  own.identity.watch(anonymousActor, onEnd);
  off();
  const before = own.store.reads;
  row.revokedAtMs = 1;
  await nextLook();
  expect(onEnd).not.toHaveBeenCalled();
  expect(own.store.reads).toBe(before); // nobody to look for
  await own.identity.stop();
});

test("while the database is away nothing ends; afterwards it does", async () => {
  const own = identityOf();
  const { row, onEnd } = await watchedSession(own);
  row.revokedAtMs = 1;
  own.store.isAway = true;
  await nextLook();
  await nextLook();
  expect(onEnd).not.toHaveBeenCalled();
  own.store.isAway = false;
  await nextLook();
  expect(onEnd).toHaveBeenCalledTimes(1);
  await own.identity.stop();
});

test("all are looked up in one statement", async () => {
  const own = identityOf();
  for (let n = 0; n < 20; n++) {
    await watchedSession(own);
    own.identity.watch(await own.ask(bearer(own.store.issue("read").token)), () => undefined);
  }
  const before = own.store.reads;
  await nextLook();
  expect(own.store.reads).toBe(before + 1);
  await own.identity.stop();
});

test("a page that is open uses its session: it does not end for want of use", async () => {
  const own = identityOf();
  const { onEnd, token } = await watchedSession(own);
  for (let n = 0; n < 30; n++) {
    own.clock.wallMs += 3_600_000;
    own.clock.monotonicMs += 3_600_000;
    await nextLook();
  }
  expect(onEnd).not.toHaveBeenCalled();
  expect(await own.ask(cookie(token))).toMatchObject({ via: "session" });
  await own.identity.stop();
});

test("the key of a file ends when the file names another", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-key-"));
  const file = path.join(folder, "key");
  writeFileSync(file, "a".repeat(32));
  const own = identityOf({ initialAdminKeyFile: file });
  const onEnd = vi.fn<() => void>();
  own.identity.watch(await own.ask(bearer("a".repeat(32))), onEnd);
  await nextLook();
  expect(onEnd).not.toHaveBeenCalled();
  writeFileSync(file, "b".repeat(32));
  own.clock.monotonicMs += 2_000;
  await nextLook();
  expect(onEnd).toHaveBeenCalledTimes(1);
  await own.identity.stop();
  rmSync(folder, { recursive: true });
});
