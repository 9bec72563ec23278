import { beforeEach, expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { identityRequest } from "@/fixtures/identity-request";
import { adminActor, keyActor } from "@/fixtures/actors";
import { createKey } from "./create-key";
import { revokeKey } from "./revoke-key";
import { hashToken } from "./secret-token";

const database = useAccountDatabase();
const request = (actor = adminActor) => identityRequest(database.identity, { actor });
const wanted = { name: "agent-atlas", kind: "ingest", expiresInDays: 90 } as const;
let firstSequence = 0n;

beforeEach(async () => {
  const head = await database.prisma.auditHead.findUniqueOrThrow({ where: { id: 1 } });
  firstSequence = head.sequence;
});

const rows = () =>
  database.prisma.auditEntry.findMany({
    where: { sequence: { gt: firstSequence } },
    orderBy: { sequence: "asc" },
  });

test("a key is shown once: the database has its hash, lists and audit its hint", async () => {
  const { key, secret } = await createKey(request(), wanted);
  expect(secret).toMatch(/^sl_ing_\w{43}$/);
  expect(key).toMatchObject({
    name: "agent-atlas",
    kind: "ingest",
    createdBy: "admin@example.org",
    lastUsedAtMs: null,
    callsLast24h: 0,
    revokedAtMs: null,
  });
  expect((key.expiresAtMs ?? 0) - key.createdAtMs).toBe(90 * 86_400_000);
  const stored = await database.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
  expect(Buffer.from(stored.keyHash)).toEqual(hashToken(secret));
  const listed = await database.identity.keys.list(Date.now());
  expect(listed).toEqual([key]);
  const told = JSON.stringify([listed, await rows()], (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  expect(told).not.toContain(secret);
  expect(told).not.toContain(secret.slice(7));
  expect(told).not.toContain(hashToken(secret).toString("hex"));
  expect(secret.startsWith(key.hint.slice(0, -1))).toBe(true);
});

test("a revoked key stays in the list, last, and is revoked once", async () => {
  const { key } = await createKey(request(), wanted);
  await createKey(request(), { ...wanted, name: "zebra" });
  await revokeKey(request(), { id: key.id });
  expect(database.told).toEqual([`key ${key.id}`]);
  const listed = await database.identity.keys.list(Date.now());
  expect(listed.map(({ name }) => name)).toEqual(["zebra", "agent-atlas"]);
  expect(listed[1]?.revokedAtMs).not.toBeNull();
  await expect(revokeKey(request(), { id: key.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect((await rows()).map(({ action, target }) => `${action} ${target}`)).toEqual([
    "key.create agent-atlas",
    "key.create zebra",
    "key.revoke agent-atlas",
  ]);
});

test("a key of the kind admin makes keys in its own name, without an end when that is asked for", async () => {
  const { key } = await createKey(request(keyActor("admin")), { ...wanted, expiresInDays: null });
  expect(key).toMatchObject({ createdBy: "admin key", expiresAtMs: null });
});

test("calls of the last 24 hours are counted, older ones are not", async () => {
  const { key } = await createKey(request(), wanted);
  const hour = 3_600_000;
  const thisHour = Math.floor(Date.now() / hour) * hour;
  await database.prisma.apiKeyCall.createMany({
    data: [0, 1, 23, 30].map((ago) => ({
      keyId: key.id,
      hour: new Date(thisHour - ago * hour),
      count: 10n ** BigInt(ago === 30 ? 5 : 1),
    })),
  });
  expect((await database.identity.keys.list(Date.now()))[0]?.callsLast24h).toBe(30);
});

test("there are 500 keys that hold at most, also when the last ones are made at once", async () => {
  const filler = Array.from({ length: 498 }, (_, index) => ({
    id: crypto.randomUUID(),
    name: `key-${index}`,
    kind: "read",
    keyHash: hashToken(`key-${index}`),
    hint: "sl_read_…",
    createdAt: new Date(),
    createdBy: "test",
  }));
  await database.prisma.apiKey.createMany({ data: filler });
  const made = await Promise.allSettled(
    Array.from({ length: 4 }, () => createKey(request(), wanted)),
  );
  const refused = made.flatMap((one) => (one.status === "rejected" ? [one.reason as Error] : []));
  expect(refused.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^There are 500 keys/),
    expect.stringMatching(/^There are 500 keys/),
  ]);
  expect(await database.identity.keys.list(Date.now())).toHaveLength(500);
  expect(await rows()).toHaveLength(2);
  await revokeKey(request(), { id: filler[0]?.id ?? "" });
  await createKey(request(), wanted);
});
