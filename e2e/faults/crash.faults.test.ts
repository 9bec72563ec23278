import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { withTestDatabase } from "@/fixtures/test-database";
import {
  cleanUpAll,
  makeKey,
  findFreePort,
  newDataDir,
  processTree,
  startPortal,
  until,
} from "../process/portal-process";
import { startDatabaseProxy } from "./database-proxy";
import { printFigures } from "./print-figures";
import { readMetric, untilAllIsStored } from "./read-portal";
import { startSender } from "./sample-sender";
import { missingFrom, readStoredSamples, storedTwice } from "./stored-samples";
import { collectedSamples, sampleKey, watchTicks } from "./watch-ticks";

afterEach(cleanUpAll);

const CYCLES = 20;
/** At 10 Hz: what one flush of 200 ms holds. */
const MAX_UNACKNOWLEDGED_A_GPU = 2;

type Portal = Awaited<ReturnType<typeof startPortal>>;

function collectorPid(portal: Portal): number {
  const found = processTree(portal.child.pid ?? 0).find(({ command }) =>
    command.includes("collector.mjs"),
  );
  return found?.pid ?? 0;
}

test("R1: kill -9 of collector and web at random points of 10 Hz ingest", async () => {
  const random = seededRandom();
  const { url: databaseUrl } = await withTestDatabase();
  const [dataDir, port] = [newDataDir(), await findFreePort()];
  const start = async () => {
    const portal = await startPortal({ dataDir, port, settings: { DATABASE_URL: databaseUrl } });
    await portal.ready();
    return portal;
  };
  let portal = await start();
  const sender = startSender({ url: portal.url, key: await makeKey(portal, "ingest") });
  const watched = watchTicks(portal.url);
  // What was seen of the portal's own collector (5 Hz) in the second before each kill of the web.
  const lastSeen: { killedMs: number; samples: ReturnType<typeof collectedSamples> }[] = [];

  for (let cycle = 0; cycle < CYCLES; cycle++) {
    await sleep(300 + random.below(1_200));
    if (cycle % 2 === 0) {
      lastSeen.push({ killedMs: Date.now(), samples: collectedSamples(watched.ticks.slice(-30)) });
      portal.child.kill("SIGKILL");
      await portal.ended();
      portal = await start();
    } else {
      const killed = collectorPid(portal);
      process.kill(killed, "SIGKILL");
      await until("another collector runs", () => ![0, killed].includes(collectorPid(portal)));
    }
  }
  await sleep(500);
  await sender.stop();
  await untilAllIsStored(portal.url);

  const stored = await readStoredSamples(databaseUrl);
  const lost = missingFrom(stored, sender.acknowledged);
  const unacknowledged = lastSeen.map(({ samples }) =>
    Math.max(0, ...countByGpu(samples.filter((one) => !stored.has(sampleKey(one)))).values()),
  );
  printFigures("R1", {
    seed: random.seed,
    cycles: CYCLES,
    sent: sender.sent.size,
    acknowledged: sender.acknowledged.size,
    "acknowledged lost": lost.length,
    doubles: storedTwice(stored).length,
    "collected and seen, not stored, a GPU and kill": unacknowledged.join(" "),
    "slowest answer ms": Math.round(sender.slowestMs()),
  });
  expect(sender.acknowledged.size).toBeGreaterThan(500);
  expect(lost).toEqual([]);
  expect(storedTwice(stored)).toEqual([]);
  expect(Math.max(...unacknowledged)).toBeLessThanOrEqual(MAX_UNACKNOWLEDGED_A_GPU);
});

function countByGpu(samples: readonly { gpuUuid: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { gpuUuid } of samples) counts.set(gpuUuid, (counts.get(gpuUuid) ?? 0) + 1);
  return counts;
}

test("R6: SIGTERM under load, the database there and the database away: nothing acknowledged or collected is lost", async () => {
  const dataDir = newDataDir();
  const port = await findFreePort();
  const { url: databaseUrl } = await withTestDatabase();
  const proxy = await startDatabaseProxy(databaseUrl);
  const settings = { DATABASE_URL: proxy.url };
  const stops: number[] = [];
  const acknowledged = new Set<string>();
  const collected = new Set<string>();

  for (const isAway of [false, true]) {
    const portal = await startPortal({ dataDir, port, settings });
    await portal.ready();
    const sender = startSender({ url: portal.url, key: await makeKey(portal, "ingest") });
    const watched = watchTicks(portal.url);
    await until("ticks arrive", () => watched.ticks.length > 10);
    if (isAway) {
      await proxy.cut();
      await sleep(2_000);
      expect(await readMetric(portal.url, "sightline_gpu_spool_samples")).toBeGreaterThan(0);
    }
    const startedMs = performance.now();
    portal.child.kill("SIGTERM");
    expect(await portal.ended(100_000)).toBe(0);
    stops.push(Math.round(performance.now() - startedMs));
    await until("the browser was told", () => watched.disconnects() > 0);
    await sender.stop();
    for (const key of sender.acknowledged) acknowledged.add(key);
    for (const sample of collectedSamples(watched.ticks)) collected.add(sampleKey(sample));
    watched.close();
  }

  await proxy.restore();
  const last = await startPortal({ dataDir, port, settings });
  await last.ready();
  await untilAllIsStored(last.url);
  const stored = await readStoredSamples(databaseUrl);
  printFigures("R6", {
    "stops ms": stops.join(" "),
    acknowledged: acknowledged.size,
    collected: collected.size,
    replayed: await readMetric(last.url, "sightline_gpu_spool_replayed_total"),
  });
  expect(missingFrom(stored, acknowledged)).toEqual([]);
  expect(missingFrom(stored, collected)).toEqual([]);
  expect(storedTwice(stored)).toEqual([]);
});
