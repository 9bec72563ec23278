import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import {
  DryRunQuery,
  LedgerQuery,
  UsageHistoryQuery,
  UsageSummaryQuery,
} from "@/domain/tokens/usage-history";
import { seededRandom } from "@/fixtures/seeded-random";
import { storedLedger } from "@/fixtures/stored-ledger";
import { withTestDatabase } from "@/fixtures/test-database";
import { validationRecord } from "@/fixtures/validation-records";
import { applyMigrations, startEmbeddedDatabase } from "@/server/database";
import { createPrisma } from "@/server/db";
import type { LedgerContext } from "@/server/ledger";
import { dryRunTruncation } from "@/server/ledger/dry-run-truncation";
import { listLedger } from "@/server/ledger/list-ledger";
import { readRemovals } from "@/server/ledger/read-removals";
import { readUsageHistory } from "@/server/ledger/read-usage-history";
import { readUsageSummary } from "@/server/ledger/read-usage-summary";
import { cleanUpAll, newDataDir, onCleanUp, until } from "../process/portal-process";
import { fillMillion, MILLION } from "./million-validations";
import { printFigures } from "./print-figures";

afterEach(cleanUpAll);

const DAY_MS = 86_400_000;
const migrations = path.resolve(import.meta.dirname, "../../prisma/migrations");
const quiet = () => undefined;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "test admin" });
  client.on("error", quiet);
  await client.connect();
  onCleanUp(() => client.end());
  return client;
}

/** Rows of single validations that PostgreSQL has read since the database was made. What a session read is told when it has ended. */
async function rowsRead(admin: pg.Client): Promise<number> {
  const sessions = async () => {
    const { rowCount } = await admin.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sightline'",
    );
    return rowCount ?? 0;
  };
  while ((await sessions()) > 0) await sleep(10);
  const { rows } = await admin.query<{ n: number }>(
    `SELECT (seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes i WHERE i.relid = t.relid))::float8 AS n
     FROM pg_stat_user_tables t WHERE relname = 'token_validations'`,
  );
  return rows[0]?.n ?? NaN;
}

test("with 1,000,000 validations pages read roll-ups, and the ledger reads by its indexes", async () => {
  const { url } = await withTestDatabase();
  const admin = await connect(url);
  const nowMs = Date.UTC(2026, 10, 24, 12, 34, 56, 789);
  await fillMillion(admin, nowMs);
  const range = { fromMs: nowMs - 29 * DAY_MS, toMs: nowMs };
  const day = { fromMs: nowMs - DAY_MS, toMs: nowMs };

  async function measured(name: string, read: (ctx: LedgerContext) => Promise<unknown>) {
    const before = await rowsRead(admin);
    const prisma = createPrisma(url);
    const { context } = storedLedger(prisma, { nowMs: () => nowMs });
    await read(context); // the first one connects
    const startedMs = performance.now();
    await read(context);
    const tookMs = Math.round(performance.now() - startedMs);
    await prisma.$disconnect();
    const rows = ((await rowsRead(admin)) - before) / 2;
    printFigures(name, { ms: tookMs, "rows of validations read": rows });
    return rows;
  }

  const history = (query: object) => (ctx: LedgerContext) =>
    readUsageHistory(ctx, UsageHistoryQuery.parse(query));
  const removals = (query: object) => (ctx: LedgerContext) =>
    readRemovals(ctx, UsageHistoryQuery.parse(query));
  const summary = (query: object) => (ctx: LedgerContext) =>
    readUsageSummary(ctx, UsageSummaryQuery.parse(query));
  const ledger = (query: object) => (ctx: LedgerContext) =>
    listLedger(ctx, LedgerQuery.parse({ ...range, ...query }));

  expect(await measured("history of 29 days", history(range))).toBe(0);
  expect(await measured("history of a day", history(day))).toBe(0);
  expect(await measured("history, 2,000 points", history({ ...range, maxPoints: 2_000 }))).toBe(0);
  expect(await measured("summary of 29 days", summary(range))).toBe(0);
  expect(await measured("summary of a day", summary(day))).toBe(0);
  expect(await measured("removals of 29 days", removals(range))).toBe(0);

  // A page of 100 and one more; those of the minutes at both ends are counted.
  const perMinute = Math.ceil(MILLION.rows / MILLION.days / 1_440);
  const bound = 101 + 2 * perMinute;
  const middle = `${nowMs - 15 * DAY_MS}-1`;
  expect(await measured("ledger, first page", ledger({}))).toBeLessThanOrEqual(bound);
  expect(await measured("ledger, page amid", ledger({ cursor: middle }))).toBeLessThanOrEqual(
    bound,
  );
  // PostgreSQL may rather skip rows of the other services than use an index of its own; of rare things it must not.
  const filtered = 12 * 101 + 2 * perMinute;
  for (const filter of [
    { service: "service-1" },
    { model: "model-2" },
    { service: "service-1", model: "model-2" },
    { outcome: "over" },
    { outcome: "warning" },
    { only: "truncated" },
    { only: "cut" },
    { requestId: "request-500000" },
  ]) {
    const name = `ledger, ${JSON.stringify(filter)}`;
    expect(await measured(name, ledger(filter)), name).toBeLessThanOrEqual(filtered);
  }
  const dryRun = (ctx: LedgerContext) => dryRunTruncation(ctx, DryRunQuery.parse(range));
  expect(await measured("dry run", dryRun)).toBeLessThanOrEqual(1_100);
});

test("kill -9 of PostgreSQL amid recording: what was acknowledged is there, and roll-ups tell the same", async () => {
  const random = seededRandom();
  const dataDir = newDataDir();
  const database = await startEmbeddedDatabase({ dataDir, log: quiet });
  onCleanUp(() => database.stop());
  await applyMigrations({ url: database.url, folder: migrations, log: quiet });
  const prisma = createPrisma(database.url);
  onCleanUp(() => prisma.$disconnect());
  const states: string[] = [];
  const { ledger } = storedLedger(prisma, {
    logger: { info: () => states.push("works"), warn: () => states.push("fails") },
  });
  const acknowledged: string[] = [];
  let sent = 0;
  const record = async () => {
    const requestId = `request-${sent++}`;
    const isStored = await ledger.record(
      validationRecord({ requestId, recordedAtMs: Date.now() }),
      null,
    );
    if (isStored) acknowledged.push(requestId);
  };
  const isOver = { rounds: false };
  const services = Array.from({ length: 20 }, async () => {
    while (!isOver.rounds) {
      await record();
      await sleep(1);
    }
  });
  const rounds = 3;
  for (let round = 0; round < rounds; round++) {
    const target = acknowledged.length + 200 + random.below(500);
    await until("some are acknowledged", () => acknowledged.length >= target);
    const killed = database.pid();
    process.kill(killed ?? 0, "SIGKILL");
    await until("PostgreSQL runs again", () => ![null, killed].includes(database.pid()));
  }
  const target = acknowledged.length + 100;
  await until("it is recorded again", () => acknowledged.length >= target);
  isOver.rounds = true;
  await Promise.all(services);

  const admin = await connect(database.url);
  const { rows: stored } = await admin.query<{ request_id: string }>(
    "SELECT request_id FROM token_validations",
  );
  const { rows: sums } = await admin.query<{ step_seconds: number; n: number }>(
    "SELECT step_seconds, sum(prompts)::int AS n FROM token_usage GROUP BY 1 ORDER BY 1",
  );
  const ids = new Set(stored.map(({ request_id: id }) => id));
  const missing = acknowledged.filter((id) => !ids.has(id));
  printFigures("token ledger, kill -9", {
    seed: random.seed,
    rounds,
    sent,
    acknowledged: acknowledged.length,
    stored: stored.length,
    "acknowledged and lost": missing.length,
  });
  expect(missing).toEqual([]);
  expect(ids.size).toBe(stored.length);
  expect(sums).toEqual([
    { step_seconds: 60, n: stored.length },
    { step_seconds: 3_600, n: stored.length },
  ]);
  expect(acknowledged.length).toBeLessThan(sent);
  expect(states).toContain("works");
});
