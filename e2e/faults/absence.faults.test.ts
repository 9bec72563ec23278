import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { withTestDatabase } from "@/fixtures/test-database";
import { cleanUpAll, makeKey, startPortal, until } from "../process/portal-process";
import { type DatabaseProxy, startDatabaseProxy } from "./database-proxy";
import { printFigures } from "./print-figures";
import { askHistory, readDatabaseHealth, readMetric, untilAllIsStored } from "./read-portal";
import { startSender } from "./sample-sender";
import { missingFrom, queryDatabase, readStoredSamples, storedTwice } from "./stored-samples";
import { collectedSamples, sampleKey, type TickWatch, watchTicks } from "./watch-ticks";

afterEach(cleanUpAll);

const MIB = 1024 * 1024;
/** No request waits longer than 5 s; ten times that is "did not hang". */
const HANG_MS = 50_000;

async function setUp(settings: Readonly<Record<string, string>> = {}) {
  const { url: databaseUrl } = await withTestDatabase();
  const proxy = await startDatabaseProxy(databaseUrl);
  const gpus = Array.from({ length: 8 }, () => ({ capture: "h200", state: "load" }));
  const portal = await startPortal({
    gpus,
    settings: { DATABASE_URL: proxy.url, ...settings },
  });
  await portal.ready();
  const watched = watchTicks(portal.url);
  await until("ticks arrive", () => collectedSamples(watched.ticks).length >= 24);
  const gpuUuid = collectedSamples(watched.ticks)[0]!.gpuUuid;
  return { databaseUrl, proxy, portal, watched, gpuUuid };
}

/** Ticks whose number is not the one after the last. */
function brokenSequences({ ticks }: TickWatch): number {
  return ticks.filter(({ tick }, i) => {
    const before = ticks[i - 1]?.tick.sequence;
    return before !== undefined && tick.sequence !== before + 1;
  }).length;
}

test("R3: the database away for 60 s, 8 GPUs at 1 Hz", async () => {
  const seconds = 60;
  const set = await setUp({ GPU_POLL_INTERVAL_SECONDS: "1" });
  const { databaseUrl, proxy, portal, watched, gpuUuid } = set;
  // The same questions before and while it is away, so that memory shows the absence and not the questions.
  let slowestMs = 0;
  const answers = new Set<string>();
  const askUntilTicks = async (count: number) => {
    const from = watched.ticks.length;
    answers.clear();
    await until(
      `${count} ticks`,
      async () => {
        const { status, body, durationMs } = await askHistory(portal.url, { gpuUuid, seconds: 30 });
        slowestMs = Math.max(slowestMs, durationMs);
        const data = body.result?.data;
        answers.add(data ? `${status} stale ${data.stale}` : `${status} ${body.error?.data?.code}`);
        await sleep(3_000);
        return watched.ticks.length >= from + count;
      },
      10 * count * 1_000,
    );
  };
  await askUntilTicks(30);
  const rssBefore = await readMetric(portal.url, "process_resident_memory_bytes");
  const replayedBefore = await readMetric(portal.url, "sightline_gpu_spool_replayed_total");
  await proxy.cut();
  const from = watched.ticks.length;
  await askUntilTicks(seconds);
  const health = await readDatabaseHealth(portal.url);
  const rssAway = await readMetric(portal.url, "process_resident_memory_bytes");
  const away = collectedSamples(watched.ticks.slice(from));
  const backMs = performance.now();
  await proxy.restore();
  await untilAllIsStored(portal.url);
  const caughtUpMs = performance.now() - backMs;

  const stored = await readStoredSamples(databaseUrl);
  const replayed =
    (await readMetric(portal.url, "sightline_gpu_spool_replayed_total")) - replayedBefore;
  printFigures("R3", {
    "samples while away": away.length,
    replayed,
    lost: missingFrom(stored, away.map(sampleKey)).length,
    "caught up ms": Math.round(caughtUpMs),
    "history answers": [...answers].join(" | "),
    "slowest ms": Math.round(slowestMs),
    "RSS + MiB": ((rssAway - rssBefore) / MIB).toFixed(1),
  });
  expect(away.length).toBeGreaterThanOrEqual(8 * seconds);
  expect(replayed).toBeGreaterThanOrEqual(8 * (seconds - 5));
  expect(missingFrom(stored, away.map(sampleKey))).toEqual([]);
  expect(storedTwice(stored)).toEqual([]);
  expect(brokenSequences(watched)).toBe(0);
  expect([...answers]).toEqual(["200 stale true"]);
  expect(slowestMs).toBeLessThan(HANG_MS);
  expect(health.status).toBe("unhealthy");
  expect(health.details?.spool?.samples).toBeGreaterThan(0);
  expect(rssAway - rssBefore).toBeLessThanOrEqual(32 * MIB);
  // Of a range that memory does not hold: an error with a code, at once.
  await proxy.cut();
  await sleep(500);
  const old = await askHistory(portal.url, { gpuUuid: "GPU-none", seconds: 30 });
  expect([old.status, old.body.error?.data?.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
});

interface Trouble {
  name: string;
  begin: (database: { proxy: DatabaseProxy; url: string }) => Promise<() => Promise<unknown>>;
  health: RegExp;
}

/** Some things are said of a database from within another one. */
function administer(url: string, statement: string): Promise<unknown> {
  const admin = new URL(url);
  admin.pathname = "/postgres";
  return queryDatabase(admin.href, statement);
}

/** Takes every connection that the server has. */
async function takeAllConnections(url: string): Promise<() => Promise<void>> {
  const held: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      held.push(client);
    } catch {
      return async () => {
        await Promise.all(held.map((one) => one.end()));
      };
    }
  }
}

const troubles: Trouble[] = [
  {
    name: "each statement takes 2 s more",
    begin: async ({ proxy }) => {
      proxy.delay(2_000);
      return async () => {
        await proxy.restore();
      };
    },
    health: /takes longer than 0\.3 s to answer/,
  },
  {
    name: "another session locks the table",
    begin: async ({ url }) => {
      const held = queryDatabase(
        url,
        "BEGIN; LOCK TABLE gpu_stats IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(12); COMMIT",
      );
      return () => held;
    },
    health: /takes too long|holds a lock|took too long/,
  },
  {
    name: "its disk is full",
    begin: async ({ url }) => {
      await queryDatabase(
        url,
        `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER disk_full BEFORE INSERT ON gpu_stats FOR EACH STATEMENT EXECUTE FUNCTION disk_full()`,
      );
      return () => queryDatabase(url, "DROP FUNCTION disk_full CASCADE");
    },
    health: /The disk of the database is full/,
  },
  {
    name: "it is read-only",
    begin: async ({ url, proxy }) => {
      const name = new URL(url).pathname.slice(1);
      const set = (change: string) => administer(url, `ALTER DATABASE ${name} ${change}`);
      const reconnect = async () => {
        await proxy.cut();
        await proxy.restore();
      };
      await set("SET default_transaction_read_only = on");
      await reconnect();
      return async () => {
        await set("RESET default_transaction_read_only");
        await reconnect();
      };
    },
    health: /The database is read-only/,
  },
  {
    name: "it has no free connection",
    begin: async ({ url, proxy }) => {
      await proxy.cut();
      const release = await takeAllConnections(url);
      await proxy.restore();
      return release;
    },
    health: /The database has no free connection/,
  },
];

describe("R4: the database is in trouble", () => {
  test.each(troubles)("$name: no sample is lost, no request hangs", async (trouble) => {
    const { databaseUrl, proxy, portal, watched, gpuUuid } = await setUp();
    const sender = startSender({ url: portal.url, key: await makeKey(portal, "ingest") });
    await until("the portal acknowledges", () => sender.acknowledged.size > 50);
    const end = await trouble.begin({ proxy, url: databaseUrl });
    const acknowledgedBefore = sender.acknowledged.size;
    const durations: number[] = [];
    const messages = new Set<string>();
    const untilMs = performance.now() + 8_000;
    while (performance.now() < untilMs) {
      const asked = await Promise.all([
        ...Array.from({ length: 12 }, () => askHistory(portal.url, { gpuUuid, seconds: 5 })),
        askHistory(portal.url, { gpuUuid: "GPU-none", seconds: 5 }),
      ]);
      durations.push(...asked.map(({ durationMs }) => durationMs));
      const startedMs = performance.now();
      messages.add((await readDatabaseHealth(portal.url)).message);
      durations.push(performance.now() - startedMs);
      await sleep(200);
    }
    const acknowledgedMeanwhile = sender.acknowledged.size - acknowledgedBefore;
    await end();
    await untilAllIsStored(portal.url);
    await sender.stop();
    await untilAllIsStored(portal.url);

    const stored = await readStoredSamples(databaseUrl);
    const collected = collectedSamples(watched.ticks.slice(0, -10)).map(sampleKey);
    printFigures(`R4, ${trouble.name}`, {
      requests: durations.length,
      "slowest ms": Math.round(Math.max(...durations)),
      "slowest answer to the sender ms": Math.round(sender.slowestMs()),
      "acknowledged meanwhile": acknowledgedMeanwhile,
      "acknowledged lost": missingFrom(stored, sender.acknowledged).length,
      "collected lost": missingFrom(stored, collected).length,
      "not acknowledged": sender.sent.size - sender.acknowledged.size,
    });
    expect(missingFrom(stored, sender.acknowledged)).toEqual([]);
    expect(missingFrom(stored, collected)).toEqual([]);
    expect(storedTwice(stored)).toEqual([]);
    expect(acknowledgedMeanwhile).toBeGreaterThan(100);
    expect(brokenSequences(watched)).toBe(0);
    expect(Math.max(...durations)).toBeLessThan(HANG_MS);
    expect([...messages].join("\n")).toMatch(trouble.health);
  });
});
