import { afterEach, beforeEach, expect, test } from "vitest";
import { useGpuDatabase } from "@/fixtures/gpu-database";
import { storedLedger } from "@/fixtures/stored-ledger";
import { validationRecord } from "@/fixtures/validation-records";
import { createLedgerRetention } from "./ledger-retention";
import { pruneLedger } from "./prune-ledger";
import { createRetentionStore } from "./retention-store";

const database = useGpuDatabase();
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 12);
const retention = createLedgerRetention({
  promptSampleRetentionMs: 2 * DAY_MS,
  tokenLedgerRetentionDays: 10,
  tokenRollupRetentionDays: 80,
});
const tables =
  "token_validations, prompt_samples, token_usage, token_removals, token_reports, silent_cuts";

beforeEach(async () => {
  await database.admin.query(`TRUNCATE ${tables} RESTART IDENTITY`);
  const { ledger } = storedLedger(database.prisma);
  for (const days of [1, 3, 9, 11, 19, 21, 79, 81]) {
    const recordedAtMs = NOW - days * DAY_MS;
    const removed = [{ name: "pose", savedTokens: 1 }];
    const record = validationRecord({ recordedAtMs, requestId: `day-${days}`, removed });
    expect(await ledger.record(record, "text")).toBe(true);
    const at = new Date(recordedAtMs);
    const { service, model, requestId } = record;
    const same = { service, model, requestId, at };
    await database.prisma.tokenReport.create({
      data: { ...same, promptTokens: 1, completionTokens: 1 },
    });
    await database.prisma.silentCut.create({
      data: { ...same, sentTokens: 2, countedTokens: 1, methodKind: "encoding" },
    });
  }
});
afterEach(async () => {
  await database.admin.query("ROLLBACK");
});

const prune = (signal = new AbortController().signal) =>
  pruneLedger(
    { store: createRetentionStore(database.prisma), retention, nowMs: () => NOW },
    signal,
  );

async function count(table: string): Promise<number> {
  const { rows } = await database.admin.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table}`,
  );
  return rows[0]?.n ?? -1;
}

test("each thing goes when its own time is over, and not before", async () => {
  expect(await prune()).toEqual({
    samples: 7,
    validations: 5,
    reports: 5,
    silentCuts: 5,
    usageMinutes: 3,
    usageHours: 1,
    removalMinutes: 3,
    removalHours: 1,
  });
  expect(await count("token_validations")).toBe(3);
  expect(await count("prompt_samples")).toBe(1);
  expect(Object.values(await prune()).every((rows) => rows === 0)).toBe(true);
});

test("rows that somebody holds are left for the next time, and nobody waits for them", async () => {
  await database.admin.query("BEGIN");
  await database.admin.query("SELECT FROM token_usage WHERE step_seconds = 60 FOR UPDATE");
  expect(await prune()).toMatchObject({ usageMinutes: 0, usageHours: 1 });
  await database.admin.query("ROLLBACK");
  expect(await prune()).toMatchObject({ usageMinutes: 3, usageHours: 0 });
});

test("more than a batch goes in several, and an abort ends it between two", async () => {
  await database.admin.query(
    `INSERT INTO silent_cuts (at, service, model, request_id, sent_tokens, counted_tokens, method_kind)
     SELECT to_timestamp(0), 's', 'm', 'r' || n, 2, 1, 'encoding' FROM generate_series(1, 12000) n`,
  );
  const aborted = new AbortController();
  const batches: number[] = [];
  const store = createRetentionStore(database.prisma);
  const counted = {
    deleteBefore: async (...given: Parameters<typeof store.deleteBefore>) => {
      const rows = await store.deleteBefore(...given);
      if (given[0] === "silentCuts") {
        batches.push(rows);
        if (batches.length === 2) aborted.abort();
      }
      return rows;
    },
  };
  await pruneLedger({ store: counted, retention, nowMs: () => NOW }, aborted.signal);
  expect(batches).toEqual([5_000, 5_000]);
  expect(await count("silent_cuts")).toBe(12_008 - 10_000);
  expect(await prune()).toMatchObject({ silentCuts: 2_005 });
});

test("an hour whose minutes are gone in part is not told by its minutes", () => {
  const since = retention.keptSinceMs("usageMinutes", NOW + 1_234_567);
  expect(since % 3_600_000).toBe(0);
  expect(since).toBeLessThanOrEqual(NOW + 1_234_567 - 20 * DAY_MS);
});
