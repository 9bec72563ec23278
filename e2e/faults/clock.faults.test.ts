import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Registry } from "@prometheus-io/client";
import type { GpuHistorySelection } from "@/domain/gpu/gpu-history";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { allValues, gpuSample } from "@/fixtures/gpu-samples";
import { type SeededRandom, seededRandom } from "@/fixtures/seeded-random";
import { withTestDatabase } from "@/fixtures/test-database";
import { createPrisma } from "@/server/db";
import { createGpuFeature, createGpuStore, type GpuFeature, type GpuStore } from "@/server/gpu";
import {
  cleanUpAll,
  newDataDir,
  onCleanUp,
  processTree,
  startPortal,
  until,
} from "../process/portal-process";
import { findFaketimeLibrary } from "./find-tool";
import { printFigures } from "./print-figures";
import { untilAllIsStored } from "./read-portal";
import { missingFrom, queryDatabase, readStoredSamples, storedTwice } from "./stored-samples";
import { collectedSamples, sampleKey, watchTicks } from "./watch-ticks";

afterEach(cleanUpAll);

const HOUR_MS = 3_600_000;
const POLL_MS = 1_000;

/** Where the clock stands at first, and by how much it is set after each 60 polls. */
const courses = [
  { name: "an hour on and an hour back", from: "2026-05-01T12:00:00Z", steps: [HOUR_MS, -HOUR_MS] },
  { name: "30 s on and back", from: "2026-05-01T12:59:30Z", steps: [30_000, -30_000, -30_000] },
  { name: "summer time begins", from: "2026-03-29T00:59:00Z", steps: [0, 0] },
  { name: "summer time ends", from: "2026-10-25T00:59:00Z", steps: [0, 0] },
  { name: "a leap day", from: "2028-02-28T23:59:00Z", steps: [0, 24 * HOUR_MS - 60_000] },
];

interface Course {
  feature: GpuFeature;
  clock: { nowMs: number };
  random: SeededRandom;
  steps: readonly number[];
}

/** Polls for a minute before and after each step. Answers all times, and how often a GPU had an age that cannot be. */
function followCourse({ feature, clock, random, steps }: Course) {
  const times = new Set<number>();
  let polls = 0;
  let ages = 0;
  for (const step of [...steps, 0]) {
    for (let i = 0; i < 60; i++, polls++) {
      clock.nowMs += POLL_MS + random.below(3) - 1;
      times.add(clock.nowMs);
      const values = allValues(polls);
      feature.acceptSamples([gpuSample({ recordedAtMs: clock.nowMs, values, missing: {} })]);
      const [gpu] = feature.fleet().gpus;
      if (gpu && (gpu.stale || gpu.sample.recordedAtMs > clock.nowMs)) ages++;
    }
    clock.nowMs += step;
  }
  return { times, polls, ages };
}

async function readBuckets(
  store: GpuStore,
  range: Pick<GpuHistorySelection, "fromMs" | "toMs" | "stepMs">,
) {
  const { gpuUuid } = gpuSample();
  const asked = { gpuUuids: [gpuUuid], metrics: ["powerWatts" as const], ...range };
  const [series] = (await store.readHistory(asked)).series;
  const timesMs = series?.timesMs ?? [];
  const counts = series?.counts ?? timesMs.map(() => 1);
  return { timesMs, samples: counts.reduce((sum, count) => sum + count, 0) };
}

describe("T1: the wall clock is set", () => {
  const zone = process.env.TZ;
  beforeEach(() => {
    process.env.TZ = "Europe/Berlin";
  });
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test.each(courses)(
    "$name: no bucket lost or doubled, nothing of a negative age",
    async (course) => {
      const random = seededRandom();
      const { url } = await withTestDatabase();
      const prisma = createPrisma(url);
      onCleanUp(() => prisma.$disconnect());
      const store = createGpuStore(prisma);
      const clock = { nowMs: Date.parse(course.from) };
      const feature = createGpuFeature({
        store,
        settings: { pollIntervalMs: POLL_MS, historyMinutes: 60 },
        logger: { info: vi.fn(), warn: vi.fn() },
        nowMs: () => clock.nowMs,
        registry: new Registry(Registry.OPENMETRICS_CONTENT_TYPE),
      });
      const ticks: GpuTick[] = [];
      feature.onTick((tick) => ticks.push(tick));
      const { times, polls, ages } = followCourse({ feature, clock, random, steps: course.steps });
      await feature.stop();

      const range = { fromMs: Math.min(...times) - 1, toMs: Math.max(...times) + 1 };
      const counts: string[] = [];
      for (const stepMs of [null, 1_000, 10_000, 60_000, 3_600_000] as const) {
        const { timesMs, samples } = await readBuckets(store, { ...range, stepMs });
        counts.push(`${stepMs ?? "raw"}: ${samples}`);
        expect(timesMs).toEqual([...new Set(timesMs)].sort((a, b) => a - b));
        expect(timesMs.filter((timeMs) => timeMs % (stepMs ?? 1) !== 0)).toEqual([]);
        expect(samples).toBe(times.size);
      }
      printFigures(`T1, ${course.name}`, {
        seed: random.seed,
        polls,
        "different times": times.size,
        "samples in buckets": counts.join(" "),
        ticks: ticks.length,
        "wrong ages": ages,
      });
      expect(ages).toBe(0);
      expect(ticks.map(({ sequence }) => sequence)).toEqual(ticks.map((_, i) => i + 1));
      expect(ticks).toHaveLength(polls);
    },
  );

  test("under a clock that jumps for the whole process", async (context) => {
    const library = findFaketimeLibrary();
    if (!library) context.skip("libfaketime is not here: npm run test:faults brings it on Debian");
    const control = path.join(newDataDir(), "faketime");
    const set = (offset: string) => {
      writeFileSync(control, `${offset}\n`);
    };
    set("+0");
    const script = path.resolve(import.meta.dirname, "../../fixtures/clock-child.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script], {
      stdio: ["pipe", "pipe", "inherit"],
      env: {
        ...process.env,
        LD_PRELOAD: library ?? "",
        FAKETIME_TIMESTAMP_FILE: control,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      },
    });
    onCleanUp(() => child.kill("SIGKILL"));
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    await until("it began", () => output.includes("began"));
    for (const offset of ["+3600", "+0", "+30", "-30", "+0"]) {
      await sleep(1_000);
      set(offset);
    }
    await sleep(1_000);
    child.stdin.end();
    await until("it ended", () => child.exitCode !== null);
    const said = JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as Record<string, number>;
    printFigures("T1, libfaketime", said);
    expect(said.jumps).toBeGreaterThanOrEqual(4);
    expect(said.polls).toBeGreaterThan(30);
    expect(said).toMatchObject({ doubled: 0, negativeDurations: 0, wrongAges: 0, missedTicks: 0 });
  });
});

describe("T2: an event loop is held", () => {
  const EVERY_MS = 200;

  async function setUp() {
    const { url: databaseUrl } = await withTestDatabase();
    const portal = await startPortal({ settings: { DATABASE_URL: databaseUrl } });
    await portal.ready();
    const watched = watchTicks(portal.url);
    await until("ticks arrive", () => watched.ticks.length > 15);
    const collector = processTree(portal.child.pid ?? 0).find(({ command }) =>
      command.includes("collector.mjs"),
    );
    return { databaseUrl, portal, watched, collectorPid: collector?.pid ?? 0 };
  }

  /** Milliseconds between the stored samples of one GPU. */
  async function storedSteps(url: string): Promise<number[]> {
    const rows = await queryDatabase<{ step: number | null }>(
      url,
      `SELECT extract(epoch FROM recorded_at - lag(recorded_at) OVER (ORDER BY recorded_at))::float8 * 1000 AS step
         FROM gpu_stats WHERE device_id = (SELECT min(id) FROM gpu_devices)`,
    );
    return rows.map(({ step }) => step).filter((step) => step !== null);
  }

  async function hold(pid: number, ms: number): Promise<void> {
    process.kill(pid, "SIGSTOP");
    try {
      await sleep(ms);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  }

  test("that of the web for 5 s: what was read meanwhile is stored, and no tick twice or out of order", async () => {
    const { databaseUrl, portal, watched } = await setUp();
    const before = watched.ticks.length;
    await hold(portal.child.pid ?? 0, 5_000);
    await until("ticks go on", () => watched.ticks.length > before + 40);
    await untilAllIsStored(portal.url);
    const stored = await readStoredSamples(databaseUrl);
    const times = collectedSamples(watched.ticks).filter(({ gpuIndex }) => gpuIndex === 0);
    const steps = times.slice(1).map((one, i) => one.recordedAtMs - times[i]!.recordedAtMs);
    const storedStepsMs = await storedSteps(databaseUrl);
    const tooOld = watched.ticks.filter(({ tick }) =>
      tick.samples.some(({ recordedAtMs }) => tick.serverTimeMs - recordedAtMs > 5_000),
    );
    printFigures("T2, web held 5 s", {
      ticks: watched.ticks.length,
      "smallest step ms": Math.min(...steps),
      "samples seen and not stored": missingFrom(stored, times.map(sampleKey)).length,
      "largest stored step ms": Math.round(Math.max(...storedStepsMs)),
    });
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(tooOld).toEqual([]);
    expect(storedTwice(stored)).toEqual([]);
    // What piled up is not sent to a browser that has not read the first of it: it sees by the numbers that ticks are missing.
    const sequences = watched.ticks.map(({ tick }) => tick.sequence);
    const gaps = sequences.slice(1).filter((sequence, i) => sequence !== sequences[i]! + 1);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(gaps.length).toBeLessThanOrEqual(3);
    expect(Math.max(...storedStepsMs)).toBeLessThan(4_000);
  });

  test.each([2_000, 5_000])(
    "that of the collector for %i ms: one gap, no burst after it",
    async (heldMs) => {
      const { databaseUrl, portal, watched, collectorPid } = await setUp();
      const heldFromMs = Date.now();
      await hold(collectorPid, heldMs).catch(() => undefined); // the watchdog may have killed it
      const heldToMs = Date.now();
      const before = watched.ticks.length;
      await until("ticks go on", () => watched.ticks.length > before + 20);
      await untilAllIsStored(portal.url);
      const steps = await storedSteps(databaseUrl);
      const gaps = steps.filter((step) => step > Math.min(0.75 * heldMs, 2_500));
      const burst = steps.filter((step) => step < EVERY_MS / 4);
      const backDated = collectedSamples(watched.ticks).filter(
        ({ recordedAtMs }) =>
          recordedAtMs > heldFromMs + 2 * EVERY_MS && recordedAtMs < heldToMs - 2 * EVERY_MS,
      );
      printFigures(`T2, collector held ${heldMs} ms`, {
        rows: steps.length + 1,
        "gaps ms": gaps.map(Math.round).join(" "),
        "rows that follow within 50 ms": burst.length,
        "back-dated": heldMs > 3_200 ? "-" : backDated.length,
      });
      expect(gaps).toHaveLength(1);
      expect(burst.length).toBeLessThanOrEqual(1);
      if (heldMs < 3_200) expect(backDated).toEqual([]);
    },
  );
});
