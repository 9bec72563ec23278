import { describe, expect, test } from "vitest";
import type { LatestGpu } from "../gpu/gpu-fleet";
import type { GpuHistorySeries } from "../gpu/gpu-history";
import {
  emptyReading,
  type GpuSample,
  type GpuValues,
  unknownDeviceFacts,
} from "../gpu/gpu-sample";
import { findAttention } from "./attention";
import { fleetTotals } from "./fleet-totals";
import { fleetTrends } from "./fleet-trends";
import { gpuEvents, joinEvents, throttleIntervals } from "./gpu-events";

function gpu(index: number, values: Partial<GpuValues>, over: Partial<LatestGpu> = {}): LatestGpu {
  const reading = emptyReading("not_supported");
  const sample: GpuSample = {
    ...reading,
    ...unknownDeviceFacts,
    host: "test-host",
    gpuUuid: `GPU-${index}`,
    gpuIndex: index,
    gpuName: "RTX",
    recordedAtMs: 100_000,
    source: "smi",
    values: { ...reading.values, ...values },
  };
  return { sample, stale: false, carriedFromMs: {}, ...over };
}

function history(over: Partial<GpuHistorySeries>): GpuHistorySeries {
  const timesMs = over.timesMs ?? [0, 10_000, 20_000, 30_000, 40_000];
  return {
    gpuUuid: "GPU-0",
    gpuIndex: 0,
    gpuName: "RTX",
    timesMs,
    counts: timesMs.map(() => 10),
    mean: {},
    min: {},
    max: {},
    sources: timesMs.map(() => "smi"),
    knownUntilMs: 0,
    ...over,
  };
}

const window = { fromMs: 0, toMs: 50_000, stepMs: 10_000, cadenceMs: 1_000 };
const texts = (series: GpuHistorySeries) =>
  gpuEvents(series, window).map((event) => `${event.timeMs} ${event.text} ${event.detail}`.trim());

describe("gpuEvents", () => {
  test("memory levels are crossings, not states", () => {
    const memoryUsedMib = [50, 86, 96, 90, 10];
    const memoryTotalMib = [100, 100, 100, 100, 100];
    expect(texts(history({ mean: { memoryUsedMib, memoryTotalMib } }))).toEqual([
      "40000 VRAM warning → normal 10.0 %",
      "30000 VRAM critical → warning 90.0 %",
      "20000 VRAM warning → critical 96.0 %",
      "10000 VRAM normal → warning 86.0 %",
    ]);
  });

  test("a gap in the middle has a length, and the source may have changed in it", () => {
    const series = history({
      counts: [10, 0, 10, 10, 10],
      sources: ["smi", null, "health", "health", "health"],
    });
    expect(texts(series)).toEqual(["20000 nvidia-smi → health source", "10000 No samples 10 s"]);
  });

  test("silence before the first sample is listed where it ends, in words that fit", () => {
    const series = history({ counts: [0, 0, 10, 10, 10] });
    expect(texts(series)).toEqual(["20000 No samples before 20 s"]);
    expect(texts(history({ counts: [0, 0, 0, 0, 0] }))).toEqual(["0 No samples 50 s"]);
  });

  test("a silent GPU is silent since its newest sample, as its badge says, not since the end of a bucket", () => {
    const series = history({ timesMs: [0, 10_000], counts: [10, 3] });
    const late = { ...window, newestMs: new Map([["GPU-0", 12_000]]) };
    expect(gpuEvents(series, late)).toMatchObject([{ timeMs: 12_000, detail: "38 s" }]);
    // A newer sample than the range holds says nothing of the gap in it.
    const later = { ...window, newestMs: new Map([["GPU-0", 90_000]]) };
    expect(gpuEvents(series, later)).toMatchObject([{ timeMs: 20_000, detail: "30 s" }]);
  });

  test("an Xid is told with its meaning and the next step, one that was there before is not", () => {
    const series = history({ max: { xidCode: [31, 31, 0, 79, 79] } });
    expect(texts(series)).toEqual(["30000 Xid 79 driver error"]);
    const [first] = gpuEvents(series, window);
    expect(first).toMatchObject({ kind: "xid", level: "crit" });
    expect(first?.explanation).toMatch(/fallen off the bus\. Restart the host/);
    const unknown = gpuEvents(history({ max: { xidCode: [0, 0, 0, 0, 999] } }), window);
    expect(unknown[0]?.explanation).toContain("Error 999 of the driver");
  });

  test("what the server noted of the memory stands in place of what the samples show", () => {
    const columns = {
      memoryUsedMib: [50, 86, 86, 86, 86],
      memoryTotalMib: [100, 100, 100, 100, 100],
    };
    const series = history({ mean: columns });
    const noted = { timeMs: 12_345, gpuUuid: "GPU-0", kind: "pressure" as const };
    const event = {
      ...noted,
      level: "warn" as const,
      text: "Normal → warning",
      detail: "",
    };
    expect(gpuEvents(series, window, [event])).toEqual([event]);
    expect(gpuEvents(series, window)).toHaveLength(1);
  });

  test("throttling that was there when the range began has no begin", () => {
    const series = history({ max: { throttleReasons: [4, 4, 1, 4, 4] } });
    expect(texts(series)).toEqual(["30000 SW power cap began", "20000 SW power cap ended"]);
    expect(throttleIntervals(series)).toMatchObject([
      { fromMs: 0, toMs: 20_000, isOpen: false, beginsInRange: false },
      { fromMs: 30_000, toMs: 40_000, isOpen: true, beginsInRange: true },
    ]);
  });
});

test("what happened to several GPUs at once is one event", () => {
  const silent = (gpuUuid: string) => history({ gpuUuid, counts: [10, 0, 10, 10, 10] });
  const events = ["GPU-0", "GPU-1"].flatMap((uuid) => gpuEvents(silent(uuid), window));
  expect(joinEvents(events)).toEqual([
    {
      timeMs: 10_000,
      kind: "gap",
      level: "note",
      text: "No samples",
      detail: "10 s",
      gpuUuids: ["GPU-0", "GPU-1"],
    },
  ]);
});

describe("fleetTotals", () => {
  test("stale GPUs and unknown values are left out of sums, not counted as 0", () => {
    const totals = fleetTotals([
      gpu(0, { utilizationPercent: 40, memoryUsedMib: 10, memoryTotalMib: 20, powerWatts: 100 }),
      gpu(1, { utilizationPercent: null, temperatureCelsius: 71, powerWatts: 50 }),
      gpu(2, { utilizationPercent: 100, powerWatts: 999 }, { stale: true }),
    ]);
    expect(totals).toEqual({
      gpuCount: 3,
      liveCount: 2,
      meanUtilizationPercent: 40,
      memoryUsedMib: 10,
      memoryTotalMib: 20,
      powerWatts: 150,
      powerLimitWatts: null,
      hottest: { celsius: 71, name: "GPU 1", gpuUuid: "GPU-1" },
    });
  });

  test("known memory counts also where a total is not known; then the sum has no total", () => {
    const totals = fleetTotals([
      gpu(0, { memoryUsedMib: 10, memoryTotalMib: 20 }),
      gpu(1, { memoryUsedMib: 7 }),
    ]);
    expect(totals).toMatchObject({ memoryUsedMib: 17, memoryTotalMib: null });
  });

  test("of no GPU every figure is null", () => {
    expect(fleetTotals([])).toMatchObject({ meanUtilizationPercent: null, powerWatts: null });
  });
});

test("trends add up what was measured; unmeasured time is null and uses no energy", () => {
  const trends = fleetTrends(
    [
      history({ mean: { powerWatts: [360, 360, null, 360, 360] }, counts: [1, 1, 0, 1, 1] }),
      history({ mean: { powerWatts: [360, null, null, null, null] }, counts: [1, 0, 0, 0, 0] }),
    ],
    10_000,
  );
  expect(trends.powerWatts.values).toEqual([720, 360, null, 360, 360]);
  expect(trends.energyWattHours.values).toEqual([2, 3, null, 4, 5]);
  expect(trends.liveGpus.values).toEqual([2, 1, null, 1, 1]);
});

describe("findAttention", () => {
  const now = { nowMs: 348_000, isHistoryStale: false };
  const subjects = (gpus: LatestGpu[], state = now) =>
    findAttention({ gpus, sources: [] }, state).items.map((item) => `${item.level} ${item.id}`);

  test("nothing wrong: nothing listed, all checks passed", () => {
    expect(findAttention({ gpus: [gpu(0, {})], sources: [] }, now)).toEqual({
      items: [],
      passedCount: 7,
    });
  });

  test("worst first: no samples, then full memory, then the database", () => {
    const gpus = [
      gpu(0, { memoryUsedMib: 90, memoryTotalMib: 100 }),
      gpu(1, { memoryUsedMib: 96, memoryTotalMib: 100 }),
      gpu(2, { memoryUsedMib: 99, memoryTotalMib: 100 }, { stale: true }),
    ];
    expect(subjects(gpus, { ...now, isHistoryStale: true })).toEqual([
      "crit memory-GPU-1",
      "crit stale-GPU-2",
      "warn memory-GPU-0",
      "warn database",
    ]);
  });

  test("simulated values are the strip's to say, not one more thing to attend to", () => {
    const simulated = gpu(0, {});
    simulated.sample.source = "simulated";
    expect(subjects([simulated])).toEqual([]);
  });

  test("all silent is one thing, not one a GPU", () => {
    const gpus = [gpu(0, {}, { stale: true }), gpu(1, {}, { stale: true })];
    expect(subjects(gpus)).toEqual(["crit silent"]);
  });

  test("a source that fell is named with its successor", () => {
    const sources = [
      { source: "smi", state: "unavailable", detail: "the driver hangs", checkedAtMs: 1 },
      { source: "health", state: "active", detail: "2 services", checkedAtMs: 1 },
    ] as const;
    const [item] = findAttention({ gpus: [], sources: [...sources] }, now).items;
    expect(item?.sentence).toEqual([
      { strong: "nvidia-smi" },
      " does not answer: the driver hangs. health is used instead; it may give fewer values.",
    ]);
  });

  test("an impossible value is reported, heat and throttling too", () => {
    const odd = gpu(0, {
      throttleReasons: 0x40,
      temperatureCelsius: 91,
      slowdownTemperatureCelsius: 89,
    });
    odd.sample.missing.powerWatts = "impossible_value";
    expect(subjects([odd])).toEqual([
      "crit heat-GPU-0",
      "warn throttle-GPU-0",
      "warn values-GPU-0",
    ]);
  });
});
