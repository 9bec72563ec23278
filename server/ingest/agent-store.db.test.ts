import { afterAll, beforeAll, expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { createPrisma } from "@/server/db";
import { type AgentRecord, createAgentStore } from "./agent-store";

const NOON = Date.UTC(2026, 4, 1, 12);
let prisma: ReturnType<typeof createPrisma>;
beforeAll(async () => {
  const { url } = await withTestDatabase();
  prisma = createPrisma(url);
});
afterAll(() => prisma.$disconnect());

const record = (rest: Partial<AgentRecord>): AgentRecord => ({
  host: "a",
  version: "1.0",
  firstSeenAtMs: NOON,
  lastSeenAtMs: NOON,
  behindSamples: 0,
  behindMs: 0,
  droppedSamples: 0,
  clockOffsetMs: 0,
  ...rest,
});
const all = { forgetBeforeMs: NOON - 1_000_000, limit: 10 };

test("what comes back is what went in; newer goes before older; the first time stays the first", async () => {
  const store = createAgentStore(prisma);
  const a = record({ behindSamples: 3e9, clockOffsetMs: -12, lastSeenAtMs: NOON + 5_123 });
  const b = record({ host: 'b"\\ü', lastSeenAtMs: NOON + 1 });
  expect(await store.sync([a, b], all)).toEqual([a, b]);
  const older = record({ version: "0.9", lastSeenAtMs: NOON + 4_000 });
  expect(await store.sync([older], all)).toEqual([a, b]);
  const newer = record({ version: "1.1", firstSeenAtMs: NOON + 6_000, lastSeenAtMs: NOON + 6_000 });
  expect(await store.sync([newer], all)).toEqual([{ ...newer, firstSeenAtMs: NOON }, b]);
  expect(await store.sync([], { ...all, limit: 1 })).toHaveLength(1);
  expect(await store.sync([], { ...all, forgetBeforeMs: NOON + 2 })).toMatchObject([{ host: "a" }]);
});
