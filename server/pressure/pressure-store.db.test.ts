import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import { auditOrigin } from "@/fixtures/audit-rows";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import { createPressureStore, createWebhookStore, type PressureStore } from "@/server/pressure";

const startMs = Date.UTC(2026, 10, 24, 12);
const nowMs = startMs + 3_600_000;

let database: TestDatabase;
let prisma: PrismaClient;
let store: PressureStore;

beforeAll(async () => {
  database = await withTestDatabase();
  prisma = createPrisma(database.url);
  store = createPressureStore(prisma);
});
afterAll(async () => {
  await prisma.$disconnect();
  await database.drop();
});
beforeEach(async () => {
  await prisma.gpuPressureWebhook.deleteMany();
  await prisma.gpuPressureEvent.deleteMany();
  await prisma.gpuPressureState.deleteMany();
});

let sequence = 1;
function event(second: number, given: Partial<PressureEvent> = {}): PressureEvent {
  return {
    sequence: (sequence += 1),
    kind: "level",
    gpuUuid: "a",
    host: "atlas",
    gpuIndex: 0,
    source: "smi",
    atMs: startMs + second * 1_000,
    fromLevel: "normal",
    level: "warning",
    sharePercent: 85.123_456_789,
    memoryUsedMib: 851,
    memoryTotalMib: 1_000,
    secondsToCritical: null,
    confidence: null,
    ...given,
  };
}
const range = { fromMs: startMs, toMs: nowMs };
const levels = async () =>
  (await store.readEvents(range)).events.map(({ fromLevel, level }) => `${fromLevel} → ${level}`);

describe("events", () => {
  test("come back as they were, with states and totals for the next start", async () => {
    const events = [event(1), event(2, { fromLevel: "warning", level: "critical" })];
    const forecast = event(3, { kind: "forecast", secondsToCritical: 42.5, confidence: 0.9 });
    expect(await store.saveEvents([...events, forecast], { nowMs })).toBe(3);
    expect(await store.readEvents(range)).toEqual({
      events: [...events, forecast],
      levelsBefore: [],
      truncated: false,
    });
    expect(await store.readStates()).toEqual({
      lastSequence: forecast.sequence,
      states: [
        {
          gpuUuid: "a",
          level: "critical",
          sinceMs: startMs + 2_000,
          totals: {
            warningCount: 1,
            criticalCount: 1,
            lastWarningAtMs: startMs + 1_000,
            lastCriticalAtMs: startMs + 2_000,
          },
        },
      ],
    });
    expect(await store.readEventsAfter(events[0]?.sequence ?? 0, 10)).toEqual([
      events[1],
      forecast,
    ]);
  });

  test("what two portals saw is stored once, also when their samples differ a little", async () => {
    await store.saveEvents([event(1)], { nowMs });
    expect(await store.saveEvents([event(1), event(1.2)], { nowMs })).toBe(0);
    const back = { fromLevel: "warning", level: "normal" } as const;
    await store.saveEvents([event(20, back), event(40)], { nowMs });
    // The other portal comes late with the same three.
    expect(await store.saveEvents([event(1.2), event(20.4, back), event(40.1)], { nowMs })).toBe(0);
    expect(await levels()).toEqual(["normal → warning", "warning → normal", "normal → warning"]);
  });

  test("two at once: one of them stores", async () => {
    const saved = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.saveEvents([event(1 + n / 10)], { nowMs })),
    );
    expect(saved.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test("a portal that missed one says what it was from by what is stored", async () => {
    await store.saveEvents([event(1)], { nowMs });
    await store.saveEvents([event(2, { fromLevel: "normal", level: "critical" })], { nowMs });
    expect(await levels()).toEqual(["normal → warning", "warning → critical"]);
  });

  test("after the clock was set back transitions are stored all the same", async () => {
    await store.saveEvents([event(7_200)], { nowMs: startMs + 7_200_000 });
    const back = event(60, { fromLevel: "warning", level: "normal" });
    expect(await store.saveEvents([back], { nowMs: startMs + 61_000 })).toBe(1);
  });

  test("a range knows the level before it, per GPU, and only the GPUs that are asked for", async () => {
    await store.saveEvents([event(-100), event(-50, { gpuUuid: "b" })], { nowMs });
    await store.saveEvents([event(-20, { level: "critical" }), event(5, { level: "warning" })], {
      nowMs,
    });
    const all = await store.readEvents(range);
    expect(all.levelsBefore).toEqual([
      { gpuUuid: "a", level: "critical", atMs: startMs - 20_000 },
      { gpuUuid: "b", level: "warning", atMs: startMs - 50_000 },
    ]);
    expect(all.events).toHaveLength(1);
    const one = await store.readEvents({ ...range, gpuUuids: ["b"] });
    expect(one).toMatchObject({ events: [], levelsBefore: [{ gpuUuid: "b" }] });
  });

  test("old ones go, and of many the oldest; not what a target is still to be told", async () => {
    const webhooks = createWebhookStore(prisma);
    await store.saveEvents([event(1)], { nowMs });
    await webhooks.create({ name: "w", url: "http://a/", secret: "s", atMs: nowMs }, auditOrigin);
    const changes = [2, 3, 4, 5].map((second) =>
      event(second, { level: second % 2 === 0 ? "critical" : "warning" }),
    );
    await store.saveEvents(changes, { nowMs });
    await prisma.gpuPressureDelivery.updateMany({
      where: { event: { at: { gt: new Date(startMs + 2_000) } } },
      data: { state: "delivered", endedAt: new Date(nowMs) },
    });
    expect(await store.pruneEvents({ beforeMs: startMs + 2_500, keepNewest: 2 })).toBe(2);
    const left = (await store.readEvents(range)).events;
    expect(left.map(({ atMs }) => (atMs - startMs) / 1_000)).toEqual([2, 4, 5]);
    expect(await webhooks.pruneDeliveries(nowMs + 1)).toBe(2);
  });
});
