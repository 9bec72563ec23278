import { Registry } from "@prometheus-io/client";
import { afterEach, expect, test, vi } from "vitest";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample } from "@/fixtures/gpu-samples";
import { createGpuFeature, type GpuFeature } from "./gpu-feature";
import type { GpuStore } from "./gpu-store";

// Samples of agents: the same admission, memory, ticks and database as those of the own collector.

const NOON = Date.UTC(2026, 4, 1, 12);
const DAY_MS = 86_400_000;
let feature: GpuFeature | null = null;
afterEach(async () => {
  await feature?.stop();
  feature = null;
});

function setUp(
  replaced: Partial<GpuStore> = {},
  complete?: Parameters<typeof createGpuFeature>[0]["complete"],
) {
  const store = fakeGpuStore(replaced);
  feature = createGpuFeature({
    store,
    settings: { pollIntervalMs: 1_000, historyMinutes: 60 },
    logger: { info: vi.fn(), warn: vi.fn() },
    nowMs: () => NOON,
    registry: new Registry(Registry.OPENMETRICS_CONTENT_TYPE),
    ...(complete && { complete }),
  });
  const ticks: GpuTick[] = [];
  feature.onTick((tick) => ticks.push(tick));
  return { feature, store, ticks };
}
const at = (recordedAtMs: number, gpuUuid = "GPU-a") => gpuSample({ gpuUuid, recordedAtMs });

test("what is of now is stored, shown and sent; what is late is stored alone", async () => {
  const parts = setUp();
  const now = at(NOON);
  const late = [at(NOON - 2 * 3_600_000), at(NOON - 29 * DAY_MS)];
  expect(await parts.feature.storeSamples([...late, now])).toEqual({ accepted: 3, refusals: [] });
  expect(parts.store.inserted).toEqual([...late, now]);
  expect(parts.ticks.map(({ samples }) => samples)).toEqual([[now]]);
  await parts.feature.storeSamples([at(NOON - 3_600_000)]);
  expect(parts.ticks).toHaveLength(1);
  expect(parts.feature.fleet().gpus.map(({ sample }) => sample)).toEqual([now]);
});

test("a sample from outside the kept time is refused, the others are stored", async () => {
  const { feature: gpu, store } = setUp();
  const samples = [at(NOON - 31 * DAY_MS), at(NOON), at(NOON + 2 * DAY_MS)];
  expect(await gpu.storeSamples(samples)).toEqual({
    accepted: 1,
    refusals: ["too_old", "too_far_ahead"],
  });
  expect(store.inserted).toEqual([samples[1]]);
});

test("it answers when the database has them, and not before", async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const { feature: gpu } = setUp({ insertSamples: () => gate.then(() => 1) });
  const stored = vi.fn();
  const work = gpu.storeSamples([at(NOON)]).then(stored);
  await new Promise((resolve) => setTimeout(resolve, 400)); // longer than samples are gathered
  expect(stored).not.toHaveBeenCalled();
  release();
  await work;
  expect(stored).toHaveBeenCalled();
});

test("what is known from elsewhere is added to samples of either way in", async () => {
  const { feature: gpu, ticks } = setUp({}, (samples) =>
    samples.map((sample) => ({ ...sample, gpuName: `${sample.gpuUuid}!` })),
  );
  gpu.acceptSamples([at(NOON, "GPU-own")]);
  await gpu.storeSamples([at(NOON, "GPU-far")]);
  expect(ticks.map(({ samples }) => samples[0]?.gpuName)).toEqual(["GPU-own!", "GPU-far!"]);
});
