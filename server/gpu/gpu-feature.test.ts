import { Registry } from "@prometheus-io/client";
import { describe, expect, test, vi } from "vitest";
import { gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuTick, SourceChange } from "@/domain/realtime/realtime-events";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createGpuFeature } from "./gpu-feature";
import type { GpuStore } from "./gpu-store";
import { readRecentSamples } from "./read-recent-samples";

const NOON = Date.UTC(2026, 4, 1, 12);
const DAY_MS = 86_400_000;

function setUp(replaced: Partial<GpuStore> = {}) {
  const clock = { nowMs: NOON };
  const store = fakeGpuStore(replaced);
  const logger = { info: vi.fn(), warn: vi.fn() };
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const feature = createGpuFeature({
    store,
    settings: { pollIntervalMs: 1_000, historyMinutes: 60 },
    logger,
    nowMs: () => clock.nowMs,
    registry,
  });
  const ticks: GpuTick[] = [];
  const off = feature.onTick((tick) => ticks.push(tick));
  return { feature, store, clock, logger, registry, ticks, off };
}

const at = (recordedAtMs: number, gpuUuid = "a") => gpuSample({ gpuUuid, recordedAtMs });

describe("acceptSamples", () => {
  test("goes to the ring, to a tick and to the database", async () => {
    const { feature, ticks, store } = setUp();
    const samples = gpuSampleSeries({ gpus: 2, count: 1, fromMs: NOON, everyMs: 1 });
    feature.acceptSamples(samples);
    expect(feature.fleet()).toMatchObject({
      simulated: false,
      serverTimeMs: NOON,
      pollIntervalMs: 1_000,
    });
    expect(feature.fleet().gpus).toMatchObject(samples.map((sample) => ({ sample, stale: false })));
    expect(ticks).toEqual([
      { sequence: 1, serverTimeMs: NOON, pollIntervalMs: 1_000, simulated: false, samples },
    ]);
    await feature.stop();
    expect(store.inserted).toEqual(samples);
  });

  test("ticks count up by one, and stop when the listener leaves", () => {
    const { feature, ticks, off } = setUp();
    for (let i = 0; i < 3; i++) feature.acceptSamples([at(NOON + i)]);
    off();
    feature.acceptSamples([at(NOON + 3)]);
    expect(ticks.map((tick) => tick.sequence)).toEqual([1, 2, 3]);
  });

  test("a listener that throws does not keep the others from hearing", () => {
    const { feature, logger } = setUp();
    const heard = vi.fn();
    feature.onTick(() => {
      throw new Error("broken");
    });
    feature.onTick(heard);
    feature.acceptSamples([at(NOON)]);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  test("a sample from a wrong clock is refused and counted, not lost in silence", async () => {
    const { feature, store, ticks, logger, registry } = setUp();
    const wrong = [at(NOON - 31 * DAY_MS), at(0), at(NOON + DAY_MS + 1)];
    feature.acceptSamples([...wrong, at(NOON + DAY_MS - 1)]);
    feature.acceptSamples(wrong);
    await feature.context.guard(async () => undefined);
    const text = await registry.metrics();
    expect(text).toContain('sightline_gpu_samples_refused_total{reason="too_old"} 4');
    expect(text).toContain('sightline_gpu_samples_refused_total{reason="too_far_ahead"} 2');
    expect(logger.warn).toHaveBeenCalledTimes(2);
    expect(ticks).toEqual([]); // kept, but a day ahead is not now
    await feature.stop();
    expect(store.inserted).toHaveLength(1);
  });

  test("samples held up for seconds are stored but not drawn as new", async () => {
    const { feature, store, ticks } = setUp();
    feature.acceptSamples([at(NOON - 20_000), at(NOON - 10_000), at(NOON - 1_000)]);
    expect(ticks.flatMap((tick) => tick.samples)).toEqual([at(NOON - 1_000)]);
    feature.acceptSamples([at(NOON - 6_000)]);
    expect(ticks).toHaveLength(1);
    await feature.stop();
    expect(store.inserted).toHaveLength(4);
  });

  test("an impossible value is null with its reason in memory, tick and database alike", async () => {
    const { feature, store, ticks } = setUp();
    feature.acceptSamples([
      gpuSample({ recordedAtMs: NOON, values: { utilizationPercent: 4_294_967_295 } }),
    ]);
    await feature.stop();
    for (const sample of [
      ticks[0]?.samples[0],
      store.inserted[0],
      feature.fleet().gpus[0]?.sample,
    ]) {
      expect(sample?.values.utilizationPercent).toBeNull();
      expect(sample?.missing.utilizationPercent).toBe("impossible_value");
    }
  });
});

describe("fleet", () => {
  test("a GPU that is silent for five polls is stale", () => {
    const { feature, clock } = setUp();
    feature.acceptSamples([at(NOON)]);
    clock.nowMs = NOON + 5_000;
    expect(feature.fleet().gpus[0]?.stale).toBe(false);
    clock.nowMs++;
    expect(feature.fleet().gpus[0]?.stale).toBe(true);
  });

  test("invented GPUs leave as soon as a real one is there", () => {
    const { feature, clock } = setUp();
    feature.acceptSamples([gpuSample({ gpuUuid: "sim", recordedAtMs: NOON, source: "simulated" })]);
    expect(feature.fleet()).toMatchObject({ simulated: true, gpus: [{}] });
    clock.nowMs += 2_000;
    feature.acceptSamples([at(clock.nowMs, "real")]);
    expect(feature.fleet().simulated).toBe(false);
    expect(feature.fleet().gpus.map(({ sample }) => sample.gpuUuid)).toEqual(["real"]);
  });

  test("sources are kept and sent", () => {
    const { feature } = setUp();
    const changes: SourceChange[] = [];
    feature.onSources((change) => changes.push(change));
    const sources = [
      { source: "smi" as const, state: "active" as const, detail: "2 GPUs", checkedAtMs: NOON },
    ];
    feature.acceptSources(sources);
    expect(changes).toEqual([{ sources, serverTimeMs: NOON }]);
    expect(feature.fleet().sources).toEqual(sources);
  });

  test("after a restart the last values come from the database, unless newer ones are there", async () => {
    const { feature } = setUp({
      readLatest: async () => [at(NOON - 60_000, "a"), at(NOON - 60_000, "b")],
    });
    feature.acceptSamples([at(NOON, "b")]);
    await vi.waitFor(() => expect(feature.fleet().gpus).toHaveLength(2));
    expect(feature.fleet().gpus).toMatchObject([
      { stale: true, sample: { gpuUuid: "a", recordedAtMs: NOON - 60_000 } },
      { stale: false, sample: { gpuUuid: "b", recordedAtMs: NOON } },
    ]);
  });
});

describe("follow", () => {
  test("reads what another portal stored, ticks it, and does not store it again", async () => {
    const queue = [[at(NOON - 60_000)], [at(NOON)], []];
    const { feature, ticks, store } = setUp({ readSamplesAfter: async () => queue.shift() ?? [] });
    feature.follow(true);
    feature.follow(true);
    await vi.waitFor(() => expect(ticks.flatMap((tick) => tick.samples)).toEqual([at(NOON)]), {
      timeout: 20_000,
    });
    feature.follow(false);
    await feature.stop();
    expect(store.inserted).toEqual([]);
    const range = { fromMs: 0, toMs: NOON + 1 };
    expect(feature.context.ring.places("a", range)).toHaveLength(2);
  });

  test("goes on from the newest sample of each GPU, and reports a failure once", async () => {
    const calls: ReadonlyMap<string, number>[] = [];
    const { feature, logger } = setUp({
      readSamplesAfter: async ({ cursors }) => {
        calls.push(new Map(cursors));
        if (calls.length > 1) throw new Error("away");
        return [at(NOON + 500)];
      },
    });
    feature.acceptSamples([at(NOON)]);
    feature.follow(true);
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(2), { timeout: 20_000 });
    await feature.stop();
    expect(calls[0]).toEqual(new Map([["a", NOON]]));
    expect(calls[1]).toEqual(new Map([["a", NOON + 500]]));
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});

describe("sources while another portal reads the GPUs", () => {
  const waiting = [
    {
      source: "smi",
      state: "standby",
      detail: "another portal reads the GPUs",
      checkedAtMs: null,
    },
  ];
  const read = (checkedAtMs: number, source: "smi" | "health" = "smi") => [
    { source, state: "active", detail: "read by another portal", checkedAtMs },
  ];
  const own = {
    source: "smi" as const,
    state: "active" as const,
    detail: "reads 1 GPU",
    checkedAtMs: 1,
  };

  test("never none: first that another one reads, then what its samples came from, once a change", async () => {
    const queue = [[], [at(NOON)], [at(NOON + 1)]];
    const { feature, clock, ticks } = setUp({
      readSamplesAfter: async () => queue.shift() ?? [],
    });
    const changes: SourceChange[] = [];
    feature.onSources((change) => changes.push(change));
    feature.acceptSources([{ ...own, detail: "of before" }]);
    feature.follow(true);
    expect(feature.fleet().sources).toEqual(waiting);
    await vi.waitFor(() => expect(ticks).toHaveLength(2), { timeout: 20_000 });
    expect(feature.fleet().sources).toEqual(read(NOON + 1));
    expect(changes.slice(1).map(({ sources }) => sources)).toEqual([waiting, read(NOON)]);
    clock.nowMs += 60_000;
    expect(feature.fleet().sources).toEqual(waiting);
    feature.follow(false);
    feature.acceptSources([own]);
    expect(feature.fleet().sources).toEqual([own]);
    await feature.stop();
  });
});

describe("reading the database", () => {
  test("a failure is logged once with its reason, and its end too", async () => {
    const state = { isAway: true };
    const { feature, logger } = setUp({
      readNewest: async () => {
        if (state.isAway) throw new Error("the disk is on fire");
        return { samples: [], hasMore: false };
      },
    });
    feature.acceptSamples([at(NOON)]);
    const query = { gpu: { uuid: "a" }, sinceMs: null, limit: 1 };
    for (let i = 0; i < 3; i++)
      expect(await readRecentSamples(feature.context, query)).toMatchObject({ stale: true });
    expect(logger.warn.mock.calls).toEqual([
      [expect.objectContaining({ reason: "the disk is on fire" }), "Reading GPU samples fails"],
    ]);
    state.isAway = false;
    await readRecentSamples(feature.context, query);
    expect(logger.info.mock.calls).toEqual([["Reading GPU samples works again"]]);
    await feature.stop();
  });
});

describe("a clock that is set back", () => {
  const HOUR_MS = 3_600_000;

  test("what was newest is stale at once, and the next sample takes its place in fleet and tick", () => {
    const { feature, clock, ticks } = setUp();
    feature.acceptSamples([at(NOON)]);
    clock.nowMs = NOON - HOUR_MS;
    expect(feature.fleet().gpus[0]?.stale).toBe(true);
    feature.acceptSamples([at(clock.nowMs)]);
    expect(feature.fleet().gpus).toMatchObject([{ sample: at(clock.nowMs), stale: false }]);
    expect(ticks.at(-1)?.samples).toEqual([at(clock.nowMs)]);
  });

  test("set back more than a day, samples are taken as before", async () => {
    const { feature, clock, store, registry } = setUp();
    feature.acceptSamples([at(NOON)]);
    clock.nowMs = NOON - 25 * HOUR_MS;
    feature.acceptSamples([at(clock.nowMs)]);
    expect(feature.fleet().gpus[0]?.stale).toBe(false);
    expect(await registry.metrics()).toContain("sightline_gpu_writer_lag_seconds 0");
    await feature.stop();
    expect(store.inserted).toEqual([at(NOON), at(clock.nowMs)]);
  });

  test("a portal that follows goes on too, and ticks nothing twice", async () => {
    const hourAgo = NOON - HOUR_MS;
    const stored = [-1_000, 0, 1_000, 2_000].map((ms) => at(hourAgo + ms));
    stored.push(at(NOON - 1_000), at(NOON));
    const reads: number[] = [];
    const { feature, clock, ticks } = setUp({
      readSamplesAfter: async ({ cursors, sinceMs }) => {
        reads.push(clock.nowMs);
        return stored
          .filter((one) => one.recordedAtMs > (cursors.get(one.gpuUuid) ?? sinceMs - 1))
          .sort((a, b) => a.recordedAtMs - b.recordedAtMs);
      },
    });
    feature.acceptSamples(stored);
    const before = ticks.length;
    clock.nowMs = hourAgo;
    feature.follow(true);
    await vi.waitFor(() => expect(reads.length).toBeGreaterThan(0));
    for (const laterMs of [500, 1_500]) {
      const sample = at(hourAgo + laterMs);
      clock.nowMs = sample.recordedAtMs;
      stored.push(sample);
      await vi.waitFor(() => expect(ticks.at(-1)?.samples).toEqual([sample]), {
        timeout: 20_000,
      });
    }
    expect(ticks).toHaveLength(before + 2);
    expect(feature.fleet().gpus).toMatchObject([{ stale: false }]);
    await feature.stop();
  });
});

describe("metrics", () => {
  test("the seed's names, ours for the rest, and no series for what is null", async () => {
    const { feature, registry } = setUp();
    const values = { utilizationPercent: 42.5, powerWatts: 71.4, memoryUsedMib: 0 };
    feature.acceptSamples([gpuSample({ gpuUuid: 'a"b', gpuIndex: 3, recordedAtMs: NOON, values })]);
    const text = await registry.metrics();
    const labels = '{gpu="3",uuid="a\\"b",source="smi"}';
    expect(text).toContain(`hsi_gpu_utilization${labels} 42.5`);
    expect(text).toContain(`hsi_gpu_memory_used_mb${labels} 0`);
    expect(text).toContain(`sightline_gpu_power_watts${labels} 71.4`);
    expect(text).toContain(`sightline_gpu_sample_age_seconds${labels} 0`);
    expect(text).not.toContain("hsi_gpu_temperature{");
    for (const name of [
      "hsi_gpu_memory_total_mb",
      "hsi_gpu_temperature",
      "hsi_inference_fps",
      "hsi_gpu_throttle_reasons",
      "hsi_gpu_power_limit_watts",
    ])
      expect(text).toContain(`# TYPE ${name} gauge`);
  });

  test("a stale GPU has an age and no values", async () => {
    const { feature, registry, clock } = setUp();
    feature.acceptSamples([gpuSample({ recordedAtMs: NOON, values: { utilizationPercent: 42 } })]);
    clock.nowMs += 60_000;
    const text = await registry.metrics();
    expect(text).not.toContain("hsi_gpu_utilization{");
    expect(text).toMatch(/sightline_gpu_sample_age_seconds\{.*\} 60/);
  });

  test("the writer shows what waits, and its counters stay right over several scrapes", async () => {
    const { feature, registry, clock } = setUp();
    feature.acceptSamples([at(NOON), at(NOON, "b")]);
    clock.nowMs += 3_000;
    const waiting = await registry.metrics();
    expect(waiting).toContain("sightline_gpu_writer_queued_samples 2");
    expect(waiting).toContain("sightline_gpu_writer_lag_seconds 3");
    await vi.waitFor(async () =>
      expect(await registry.metrics()).toContain("sightline_gpu_samples_written_total 2"),
    );
    const written = await registry.metrics();
    expect(written).toContain("sightline_gpu_samples_written_total 2");
    expect(written).toContain("sightline_gpu_writer_lag_seconds 0");
  });

  test("values set aside are counted by metric, over several scrapes", async () => {
    const { feature, registry } = setUp();
    const values = { utilizationPercent: 4_294_967_295, powerWatts: 71 };
    feature.acceptSamples([gpuSample({ recordedAtMs: NOON, values })]);
    feature.acceptSamples([gpuSample({ recordedAtMs: NOON + 1, values })]);
    await registry.metrics();
    const text = await registry.metrics();
    const name = "sightline_gpu_values_quarantined_total";
    expect(text).toContain(`${name}{metric="utilization"} 2`);
    expect(text).toContain(`${name}{metric="power_usage"} 0`);
    expect(text.match(new RegExp(`^${name}\\{`, "gm"))).toHaveLength(gpuMetrics.length);
  });

  test("they leave the registry with the feature, so that another may register", async () => {
    const { feature, registry } = setUp();
    await feature.stop();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });
});
