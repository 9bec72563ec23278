import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { gpuSample } from "@/fixtures/gpu-samples";
import { type TestDatabase, withTestDatabase } from "@/fixtures/test-database";
import { createPrisma } from "@/server/db";
import { applyMigrations } from "@/server/database";
import { createGpuStore } from "@/server/gpu";

const run = promisify(execFile);
const project = path.resolve(import.meta.dirname, "..");
const cli = path.join(project, "node_modules/prisma/build/index.js");

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await withTestDatabase();
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const prisma = createPrisma(database.url);
  await createGpuStore(prisma).insertSamples([gpuSample()]);
  await prisma.$disconnect();
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** Rejects when the command's exit code is not 0. */
const prismaCli = (...args: string[]) =>
  run(process.execPath, [cli, ...args], {
    cwd: project,
    env: { ...process.env, DATABASE_URL: database.url },
  });

describe("migrations", () => {
  test("make what the schema says", async () => {
    await expect(
      prismaCli(
        "migrate",
        "diff",
        "--from-migrations",
        "prisma/migrations",
        "--to-schema",
        "prisma/schema.prisma",
        "--exit-code",
      ),
    ).resolves.toBeDefined();
  });

  test("a database in use, with partitions, is neither behind nor different", async () => {
    const { stdout } = await prismaCli("migrate", "status");
    expect(stdout).toContain("Database schema is up to date");
    await expect(
      prismaCli(
        "migrate",
        "diff",
        "--from-config-datasource",
        "--to-schema",
        "prisma/schema.prisma",
        "--exit-code",
      ),
    ).resolves.toBeDefined();
  });

  test("samples of a release without roll-ups are rolled up after the upgrade", async () => {
    const old = await withTestDatabase({ migrated: false });
    const client = new pg.Client({ connectionString: old.url });
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-migrations-"));
    const prisma = createPrisma(old.url);
    try {
      const all = path.join(project, "prisma/migrations");
      await cp(path.join(all, "20261124060000_gpu"), path.join(folder, "20261124060000_gpu"), {
        recursive: true,
      });
      await applyMigrations({ url: old.url, folder, log: () => undefined });
      await client.connect();
      await client.query(`CREATE TABLE gpu_partitions.gpu_stats_20260501 PARTITION OF gpu_stats
          FOR VALUES FROM ('2026-05-01 00:00Z') TO ('2026-05-02 00:00Z');
        INSERT INTO gpu_devices (uuid, gpu_index, source, simulated, first_seen_at, last_seen_at)
          VALUES ('GPU-0', 0, 'smi', false, '2026-05-01 12:00Z', '2026-05-01 15:00Z');
        INSERT INTO gpu_stats (device_id, recorded_at, source, utilization)
          SELECT 1, at, 'smi', 50 FROM generate_series('2026-05-01 12:00Z'::timestamptz, '2026-05-01 14:59:59Z', '1 second') at`);
      await applyMigrations({ url: old.url, folder: all, log: () => undefined });
      await createGpuStore(prisma).rollUp({
        nowMs: Date.UTC(2026, 4, 2),
        wholeHoursBeforeMs: 0,
      });
      const { rows } = await client.query(
        "SELECT sample_count, utilization_sum, energy_count FROM gpu_partitions.gpu_rollup_1h",
      );
      const hour = { sample_count: 3_600, utilization_sum: 180_000, energy_count: 0 };
      expect(rows).toEqual([hour, hour, hour]);
    } finally {
      await prisma.$disconnect();
      await client.end();
      await rm(folder, { recursive: true });
      await old.drop();
    }
  });

  test("each metric has a column of its kind that refuses what is outside its bounds", async () => {
    const { rows } = await admin.query<{ name: string; type: string; check: string }>(
      `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         pg_get_constraintdef(c.oid) AS check
       FROM pg_attribute a
       JOIN pg_constraint c ON c.conrelid = a.attrelid AND c.conname = 'gpu_stats_' || a.attname || '_check'
       WHERE a.attrelid = 'gpu_stats'::regclass AND a.attnum > 0
         AND a.attname NOT IN ('source', 'missing') ORDER BY a.attnum`,
    );
    const found = rows.map(({ name, type, check }) => {
      const bounds = [...check.matchAll(/(?:>=|<=) \(?'?(-?\d+)/g)].map((match) =>
        Number(match[1]),
      );
      return { name, type, min: bounds[0], max: bounds[1] };
    });
    const expected = gpuMetrics.map((metric) => {
      const { key, storedAs, min, max } = gpuMetricFacts[metric];
      return { name: key, type: storedAs === "integer" ? "integer" : "double precision", min, max };
    });
    expect(found).toEqual(expected);
  });
});
