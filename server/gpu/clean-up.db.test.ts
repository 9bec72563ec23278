import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CleanUpReport } from "@/domain/gpu/clean-up";
import { auditOrigin } from "@/fixtures/audit-rows";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { routeRequest } from "@/fixtures/route-request";
import { cleanUp, type CleanUpContext } from "./clean-up";
import { cleanUpRoutes } from "./clean-up-routes";
import { createGpuStore, type GpuStore } from "./gpu-store";
import { storeError } from "./store-error";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2031, 4, 31, 12);
const retentionDays = { raw: 30, "10s": 30, "1m": 90, "1h": 400 };

const database = useGpuDatabase();
let store: GpuStore;

const contextAt = (nowMs: number, given: Partial<CleanUpContext> = {}): CleanUpContext => ({
  store,
  retentionDays,
  nowMs: () => nowMs,
  ...given,
});
const names = async () => (await store.listPartitions()).map(({ name }) => name);

beforeEach(async () => {
  store = createGpuStore(database.prisma);
  // 200 samples a day, on days around each of the limits; two of the oldest are sealed.
  const days = [450, 399, 120, 89, 31, 30, 29, 0].map((age) => NOW - age * DAY_MS);
  for (const fromMs of days) {
    await store.insertSamples(gpuSampleSeries({ gpus: 2, count: 100, fromMs, everyMs: 1_000 }));
    await store.rollUp({ nowMs: NOW + DAY_MS, wholeHoursBeforeMs: 0 });
  }
  const { signal } = new AbortController();
  await store.sealDays({ beforeMs: NOW - 31 * DAY_MS, signal });
});

afterEach(async () => {
  for (const partition of await store.listPartitions()) await store.dropPartition(partition);
  await database.admin.query("TRUNCATE gpu_devices, gpu_partitions.gpu_changes");
});

describe("cleanUp", () => {
  test("a partition that takes too long to count goes all the same", async () => {
    const tooSlow = storeError({ code: "57014", message: "canceling statement" });
    const slow = { ...store, countRows: () => Promise.reject(tooSlow) };
    await cleanUp(contextAt(NOW, { store: slow }), { dryRun: false }, auditOrigin);
    expect(await names()).not.toContain("gpu_stats_20310430");
  });

  test("each level loses what lies wholly before its retention, and nothing else", async () => {
    await database.admin.query(
      "CREATE TABLE IF NOT EXISTS gpu_partitions.gpu_stats_of_somebody (id int)",
    );
    const report = await cleanUp(contextAt(NOW), { dryRun: false }, auditOrigin);
    expect(CleanUpReport.parse(report)).toMatchObject({
      gpuStatsDeleted: 5 * 200,
      postponed: [],
      tables: [
        { table: "gpu_stats", retentionDays: 30, partitions: ["gpu_stats_20310430"], rows: 200 },
        { table: "gpu_hours", rows: 800 },
        { table: "gpu_rollup_10s", rows: 5 * 20 },
        { table: "gpu_rollup_1m", retentionDays: 90, rows: 3 * 4 },
        { table: "gpu_rollup_1h", partitions: ["gpu_rollup_1h_203003"], rows: 2 },
      ],
    });
    expect(report.bytesReclaimed).toBeGreaterThan(0);
    expect(await names()).toEqual([
      "gpu_rollup_10s_20310501",
      "gpu_rollup_10s_20310502",
      "gpu_rollup_10s_20310531",
      "gpu_rollup_1h_203004",
      "gpu_rollup_1h_203101",
      "gpu_rollup_1h_203103",
      "gpu_rollup_1h_203104",
      "gpu_rollup_1h_203105",
      "gpu_rollup_1m_203103",
      "gpu_rollup_1m_203104",
      "gpu_rollup_1m_203105",
      "gpu_stats_20310501",
      "gpu_stats_20310502",
      "gpu_stats_20310531",
    ]);
    expect(await store.insertSamples([gpuSample({ recordedAtMs: NOW - 40 * DAY_MS })])).toBe(1);
  });

  test("a day goes in the millisecond in which its end is as old as the retention", async () => {
    const end = Date.UTC(2031, 4, 2);
    const goneAt = async (nowMs: number) => {
      const report = await cleanUp(contextAt(nowMs), { dryRun: true }, auditOrigin);
      return report.tables.flatMap(({ partitions }) => partitions).includes("gpu_stats_20310501");
    };
    expect(await goneAt(end + 30 * DAY_MS - 1)).toBe(false);
    expect(await goneAt(end + 30 * DAY_MS)).toBe(true);
  });

  test("a dry run says the same and drops nothing", async () => {
    const before = await names();
    const dry = await cleanUp(contextAt(NOW), { dryRun: true }, auditOrigin);
    expect(await names()).toEqual(before);
    expect(await cleanUp(contextAt(NOW), { dryRun: false }, auditOrigin)).toEqual({
      ...dry,
      dryRun: false,
    });
    expect(await cleanUp(contextAt(NOW), { dryRun: false }, auditOrigin)).toMatchObject({
      gpuStatsDeleted: 0,
      bytesReclaimed: 0,
    });
  });

  test("a partition in use by a long query is left to the next run", async () => {
    await database.admin.query("BEGIN; SELECT * FROM gpu_partitions.gpu_rollup_1h");
    try {
      const report = await cleanUp(contextAt(NOW), { dryRun: false }, auditOrigin);
      expect(report.postponed).toEqual(["gpu_rollup_1h_203003"]);
      expect(report.gpuStatsDeleted).toBe(1_000);
    } finally {
      await database.admin.query("ROLLBACK");
    }
    const next = await cleanUp(contextAt(NOW), { dryRun: false }, auditOrigin);
    expect(next.tables.flatMap(({ partitions }) => partitions)).toEqual(["gpu_rollup_1h_203003"]);
  });

  test("two portals that clean up at once both answer, and each partition goes once", async () => {
    const others = [store, createGpuStore(database.prisma)];
    const reports = await Promise.all(
      others.map((other) =>
        cleanUp(contextAt(NOW, { store: other }), { dryRun: false }, auditOrigin),
      ),
    );
    expect(reports.map(({ postponed }) => postponed)).toEqual([[], []]);
    expect(await names()).toHaveLength(14);
  });
});

describe("the audit of a clean-up", () => {
  const rows = async () => {
    const { rows: found } = await database.admin.query<{ action: string; after: string }>(
      "SELECT action, after FROM audit_entries WHERE request_id = $1",
      [origin.requestId],
    );
    return found;
  };
  let origin = auditOrigin;
  beforeEach(() => {
    origin = { ...auditOrigin, requestId: randomUUID() };
  });

  test("is one row, with what went", async () => {
    await cleanUp(contextAt(NOW), { dryRun: false }, origin);
    const [row, ...more] = await rows();
    expect([row?.action, more]).toEqual(["retention.cleanup", []]);
    expect(JSON.parse(row?.after ?? "")).toMatchObject({
      tables: expect.arrayContaining([
        expect.objectContaining({ table: "gpu_hours", rows: 800, retentionDays: 30 }),
      ]) as object[],
    });
  });

  test("is one row when nothing is due, and none of a dry run or of the portal's own upkeep", async () => {
    await cleanUp(contextAt(NOW - 400 * DAY_MS), { dryRun: true }, origin);
    await cleanUp(contextAt(NOW - 400 * DAY_MS), { dryRun: false }, null);
    expect(await rows()).toEqual([]);
    await cleanUp(contextAt(NOW - 400 * DAY_MS), { dryRun: false }, origin);
    expect(await rows()).toHaveLength(1);
  });

  test("is one row when the first partition is in use and goes later", async () => {
    await database.admin.query("BEGIN; SELECT * FROM gpu_partitions.gpu_hours_20300307");
    try {
      const { postponed } = await cleanUp(contextAt(NOW), { dryRun: false }, origin);
      expect(postponed).toHaveLength(1);
    } finally {
      await database.admin.query("ROLLBACK");
    }
    expect(await rows()).toHaveLength(1);
  });

  test("that cannot be written lets nothing go", async () => {
    const before = await names();
    const failing = { ...origin, atMs: Number.NaN };
    await expect(cleanUp(contextAt(NOW), { dryRun: false }, failing)).rejects.toThrow();
    expect(await names()).toEqual(before);
    expect(await rows()).toEqual([]);
  });
});

describe("POST /api/system/cleanup", () => {
  const post = async (query: string) => {
    const [route] = cleanUpRoutes(contextAt(NOW));
    const answer = await route?.handle(routeRequest({ query: new URLSearchParams(query) }));
    if (typeof answer?.body !== "string") throw new Error("no whole answer");
    return JSON.parse(answer.body) as Record<string, unknown>;
  };

  test("has the prescribed key, and is for admins", async () => {
    expect(cleanUpRoutes(contextAt(NOW))[0]).toMatchObject({ method: "POST", policy: "admin" });
    const before = await names();
    expect(await post("dry_run=true")).toMatchObject({
      gpu_stats_deleted: 1_000,
      retention_days: 30,
      dry_run: true,
      timestamp: "2031-05-31T12:00:00.000Z",
    });
    expect(await names()).toEqual(before);
    expect(await post("")).toMatchObject({ gpu_stats_deleted: 1_000, dry_run: false });
    expect(await names()).toHaveLength(14);
  });

  test("a word that is neither true nor false drops nothing", async () => {
    const before = await names();
    await expect(post("dry_run=yes%20please")).rejects.toThrow();
    expect(await names()).toEqual(before);
  });
});
