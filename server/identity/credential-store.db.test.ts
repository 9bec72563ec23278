import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { createCredentialStore, type CredentialStore } from "./credential-store";
import { hashToken, newApiKey, newToken } from "./secret-token";

const database = useAccountDatabase();
const nowMs = Date.UTC(2026, 10, 24, 12, 0, 0, 123);
const at = new Date(nowMs);
let store: CredentialStore;
beforeEach(() => {
  store = createCredentialStore(database.prisma);
});

async function signIn(user: { role?: string; disabledAt?: Date } = {}) {
  const token = newToken();
  const [id, userId] = [randomUUID(), randomUUID()];
  const email = `${userId}@example.org`;
  await database.prisma.user.create({
    data: { id: userId, email, name: "", role: "operator", createdAt: at, ...user },
  });
  await database.prisma.session.create({
    data: {
      id,
      userId,
      tokenHash: hashToken(token),
      method: "password",
      createdAt: at,
      lastSeenAt: at,
      expiresAt: new Date(nowMs + 1_000),
      address: "192.0.2.1",
      userAgent: "",
    },
  });
  return { token, id, userId, email };
}

async function issue(expiresAt: Date | null = null) {
  const key = newApiKey("read");
  const id = randomUUID();
  const keyHash = hashToken(key);
  await database.prisma.apiKey.create({
    data: {
      id,
      name: "scraper",
      kind: "read",
      keyHash,
      hint: "",
      createdAt: at,
      createdBy: "setup",
      expiresAt,
    },
  });
  return { key, id };
}

describe("what is read", () => {
  test("a session with the person behind it, to the millisecond", async () => {
    const { token, id, userId, email } = await signIn({ disabledAt: at });
    const tokenHash = hashToken(token);
    expect(await store.findSession(tokenHash)).toEqual({
      id,
      tokenHash: new Uint8Array(tokenHash),
      userId,
      email,
      role: "operator",
      lastSeenAtMs: nowMs,
      expiresAtMs: nowMs + 1_000,
      revokedAtMs: null,
      disabledAtMs: nowMs,
    });
  });

  test("a key", async () => {
    const { key, id } = await issue(at);
    const keyHash = hashToken(key);
    expect(await store.findKey(keyHash)).toEqual({
      id,
      keyHash: new Uint8Array(keyHash),
      name: "scraper",
      kind: "read",
      expiresAtMs: nowMs,
      revokedAtMs: null,
    });
  });

  test("nothing of what is not there", async () => {
    expect(await store.findSession(hashToken(newToken()))).toBeNull();
    expect(await store.findKey(hashToken(newApiKey("admin")))).toBeNull();
  });

  test("sessions and keys by id, as they are read one by one, and none of the others", async () => {
    const [first, , third] = [await signIn(), await signIn(), await signIn({ disabledAt: at })];
    const [one, other] = [await issue(), await issue(at)];
    const sessions = [first.id, third.id, randomUUID()];
    const found = await store.findByIds({ sessions, keys: [one.id, other.id, randomUUID()] });
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    const all = [first, third].map(({ token }) => store.findSession(hashToken(token)));
    expect(found.sessions.sort(byId)).toEqual((await Promise.all(all)).sort(byId as never));
    const keys = [one, other].map(({ key }) => store.findKey(hashToken(key)));
    expect(found.keys.sort(byId)).toEqual((await Promise.all(keys)).sort(byId as never));
    expect(await store.findByIds({ sessions: [], keys: [] })).toEqual({ sessions: [], keys: [] });
  });
});

describe("what is written", () => {
  test("last uses, also of what is gone meanwhile", async () => {
    const { token, id } = await signIn();
    const { id: keyId } = await issue();
    const usedAtMs = nowMs + 60_001;
    await store.writeLastUses({
      sessions: new Map([
        [id, usedAtMs],
        [randomUUID(), usedAtMs],
      ]),
      keys: new Map([[keyId, usedAtMs]]),
    });
    expect(await store.findSession(hashToken(token))).toMatchObject({ lastSeenAtMs: usedAtMs });
    const key = await database.prisma.apiKey.findUniqueOrThrow({ where: { id: keyId } });
    expect(key.lastUsedAt?.getTime()).toBe(usedAtMs);
  });

  test("calls add up, those of a key that is gone are dropped, and old ones go", async () => {
    const { id: keyId } = await issue();
    const hourMs = Date.UTC(2026, 10, 24, 12);
    await store.addCalls([
      { keyId, hourMs, count: 3 },
      { keyId, hourMs: hourMs - 3_600_000, count: 1 },
      { keyId: randomUUID(), hourMs, count: 9 },
    ]);
    await store.addCalls([{ keyId, hourMs, count: 4 }]);
    const rows = () =>
      database.prisma.apiKeyCall.findMany({ orderBy: { hour: "asc" }, select: { count: true } });
    expect(await rows()).toEqual([{ count: 1n }, { count: 7n }]);
    await store.deleteCallsBefore(hourMs);
    expect(await rows()).toEqual([{ count: 7n }]);
  });
});
