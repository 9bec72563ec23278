import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { auditOrigin } from "@/fixtures/audit-rows";
import {
  type FakeModelServer,
  startFakeModelServer,
  vllmAnswers,
} from "@/fixtures/fake-model-server";
import { profileFields } from "@/fixtures/model-profile";
import { storedModels } from "@/fixtures/stored-profiles";
import { storedTokenizers } from "@/fixtures/stored-tokenizers";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import { createServer } from "./create-server";
import { deleteServer } from "./delete-server";
import { listServers } from "./list-servers";
import type { ModelServersFeature } from "./model-servers-feature";
import { testServer } from "./test-server";
import { updateServer } from "./update-server";

const SECRET = "canary-secret";
const { signal } = new AbortController();

let database: TestDatabase;
let prisma: PrismaClient;
let servers: ModelServersFeature;
let fake: FakeModelServer;
let nowMs = 1_000_000;

beforeAll(async () => {
  database = await withTestDatabase();
  prisma = createPrisma(database.url);
  fake = await startFakeModelServer(vllmAnswers());
});
afterAll(async () => {
  await fake.stop();
  await prisma.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  await prisma.modelProfile.deleteMany();
  await prisma.modelServer.deleteMany();
  servers = storedTokenizers(prisma, () => nowMs).modelServers;
});

async function created(given: { name?: string; url?: string } = {}) {
  const { server } = await createServer(
    servers.context,
    { name: "Box", kind: "vllm", url: fake.url, model: null, secret: SECRET, ...given },
    auditOrigin,
  );
  return server;
}
const change = (id: string, given: object) =>
  updateServer(servers.context, { id, ...given }, auditOrigin);
const secretOf = async (id: string) =>
  (await prisma.modelServer.findUniqueOrThrow({ where: { id } })).secret;

test("no list and no answer holds the secret", async () => {
  const server = await created();
  expect(server).toEqual({
    id: server.id,
    name: "Box",
    kind: "vllm",
    url: fake.url,
    model: null,
    hasSecret: true,
    observed: null,
    lastError: null,
  });
  const answers = [
    server,
    await listServers(servers.context),
    await change(server.id, { name: "Other" }),
    await testServer(servers.context, { id: server.id }, { origin: auditOrigin, signal }),
  ];
  expect(JSON.stringify(answers)).not.toContain(SECRET);
  const rows = await prisma.auditEntry.findMany();
  expect(rows.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["model-server.create", "model-server.update", "model-server.test"]),
  );
  expect(
    JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? "" : value)),
  ).not.toContain(SECRET);
});

test.each([
  ["host", (url: string) => url.replace("127.0.0.1", "localhost")],
  ["port", () => "http://127.0.0.1:1"],
  ["scheme", (url: string) => url.replace("http:", "https:")],
  ["path", (url: string) => `${url}/other`],
])("S2: another %s loses the secret, unless one comes along", async (_what, moved) => {
  const { id, url } = await created();
  const lost = await change(id, { url: moved(url) });
  expect([lost.secretDropped, lost.server.hasSecret, await secretOf(id)]).toEqual([
    true,
    false,
    null,
  ]);
  const again = await change(id, { url, secret: "another" });
  expect([again.secretDropped, await secretOf(id)]).toEqual([false, "another"]);
});

test("what is no other address keeps the secret; null removes it", async () => {
  const { id, url } = await created();
  for (const given of [
    { url: `${url}/` },
    { url: `${url}/v1` },
    { name: "New" },
    { model: "m" },
    { kind: "llama.cpp" },
  ])
    expect((await change(id, given)).secretDropped).toBe(false);
  expect(await secretOf(id)).toBe(SECRET);
  expect(await change(id, { secret: null })).toMatchObject({
    secretDropped: false,
    server: { hasSecret: false },
  });
});

test("a secret that could not be a header, and an address that is not allowed, are refused", async () => {
  const { id } = await created();
  for (const secret of ["two words", "line\nbreak", "schlüssel"])
    await expect(change(id, { secret })).rejects.toMatchObject({ code: "INVALID" });
  await expect(change(id, { url: "http://169.254.169.254" })).rejects.toMatchObject({
    code: "INVALID",
  });
  expect(await secretOf(id)).toBe(SECRET);
});

test("names are given once; what a profile uses stays", async () => {
  const { id } = await created();
  await expect(created()).rejects.toMatchObject({ code: "INVALID" });
  const { id: other } = await created({ name: "Other" });
  await expect(change(other, { name: "Box" })).rejects.toThrow("called Box already");
  const counting = { kind: "server", serverId: id, fallback: "cl100k_base" } as const;
  await storedModels(prisma).store.create(
    profileFields({ name: "Nemotron", counting }),
    auditOrigin,
  );
  const remove = (one: string) => deleteServer(servers.context, { id: one }, auditOrigin);
  await expect(remove(id)).rejects.toThrow("Box counts for Nemotron.");
  expect(await remove(other)).toEqual({ deleted: true });
  expect(await remove(other)).toEqual({ deleted: false });
});

test("what it told and how it failed is stored, and is gone with another address", async () => {
  const { id } = await created();
  const listed = async () => (await listServers(servers.context)).servers[0];
  expect(await servers.counts.count(id, ["a b", "c"], signal)).toEqual({
    tokens: [2, 1],
    name: "Box",
  });
  expect(await listed()).toMatchObject({
    observed: { atMs: nowMs, slotWindow: 32_768, parallelSlots: null, model: "org/model" },
    lastError: null,
  });
  const { answers } = fake;
  fake.answers = {};
  nowMs += 60_000;
  await expect(servers.counts.count(id, ["a"], signal)).rejects.toThrow("404");
  expect(await listed()).toMatchObject({ lastError: { atMs: nowMs } });
  const failed = await testServer(servers.context, { id }, { origin: auditOrigin, signal });
  expect(failed).toMatchObject({ ok: false, server: { lastError: { atMs: nowMs } } });
  fake.answers = answers;
  expect(await testServer(servers.context, { id }, { origin: auditOrigin, signal })).toMatchObject({
    ok: true,
    server: { lastError: null },
  });
  expect((await change(id, { url: "http://127.0.0.1:1" })).server).toMatchObject({
    observed: null,
    lastError: null,
  });
});

test("one that is gone", async () => {
  const id = "00000000-0000-4000-8000-00000000dead";
  await expect(change(id, { name: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(servers.counts.count(id, ["a"], signal)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(
    testServer(servers.context, { id }, { origin: auditOrigin, signal }),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
});
