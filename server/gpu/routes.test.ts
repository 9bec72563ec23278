import { describe, expect, test } from "vitest";
import { flatGpu } from "@/domain/gpu/flat-gpu";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { unprotectedActor } from "@/server/policy/policy";
import { assembleFleet } from "./assemble-fleet";
import { createDatabaseGuard } from "./database-guard";
import { GpuRing } from "./gpu-ring";
import type { GpuStore, NewestQuery } from "./gpu-store";
import { gpuRoutes } from "./routes";

const NOON = Date.UTC(2026, 4, 1, 12);

function setUp(samples: readonly GpuSample[], replaced: Partial<GpuStore> = {}) {
  const clock = { nowMs: NOON, sequence: 1, fleets: 0 };
  const ring = new GpuRing({ historyMs: 3_600_000, nowMs: () => clock.nowMs });
  for (const sample of samples) ring.push(sample);
  const pollIntervalMs = 1_000;
  const readFleet = () => {
    clock.fleets++;
    return assembleFleet({
      newest: ring.newest(),
      sources: [],
      pollIntervalMs,
      nowMs: clock.nowMs,
    });
  };
  const store = fakeGpuStore(replaced);
  const guard = createDatabaseGuard({ limitMs: 1_000 });
  const ctx = { readFleet, ring, store, guard, pollIntervalMs, nowMs: () => clock.nowMs };
  const routes = gpuRoutes(ctx, () => clock.sequence);
  const get = async (path: string) => {
    const { pathname, searchParams: query } = new URL(path, "http://portal");
    const route = routes.find((one) => one.path === pathname);
    if (!route) throw new Error(`no route ${pathname}`);
    const { signal } = new AbortController();
    const answer = await route.handle({ requestId: "r", actor: unprotectedActor, query, signal });
    return { status: answer.status, body: JSON.parse(String(answer.body)) as never };
  };
  return { get, ring, clock, store };
}

const referenceKeys =
  "gpu_name, utilization, memory_used, memory_total, temperature, power_usage, inference_fps, fan_speed, sm_clock, memory_bandwidth_utilization, pstate, throttle_reasons, power_limit, sm_clock_max, compute_processes_count, pcie_replay_counter, temp_slowdown_threshold, memory_clock, memory_clock_max, pcie_link_gen, pcie_link_width, pcie_tx_throughput, pcie_rx_throughput, encoder_utilization, decoder_utilization, bar1_used".split(
    ", ",
  );

describe("GET /api/system/gpu", () => {
  test("without a GPU: 200, every value null, and all keys there", async () => {
    const { get } = setUp([]);
    const { status, body } = await get("/api/system/gpu");
    expect(status).toBe(200);
    expect(Object.keys(body).slice(0, 26)).toEqual(referenceKeys);
    for (const key of [...referenceKeys, "gpu_utilization", "recorded_at", "source", "gpu_uuid"])
      expect(body[key]).toBeNull();
    expect(body).toMatchObject({ gpus: [], simulated: false, stale: true });
  });

  test("the keys of the prescribed format in their order, then ours, then all GPUs", async () => {
    const samples = gpuSampleSeries({ gpus: 3, count: 1, fromMs: NOON, everyMs: 1 });
    const { get } = setUp(samples);
    const { body } = await get("/api/system/gpu");
    expect(Object.keys(body).slice(0, 26)).toEqual(referenceKeys);
    const flat = samples.map((sample) => flatGpu({ sample, stale: false }));
    expect(body).toEqual({ ...flat[0], gpus: flat });
    expect(body).toMatchObject({
      gpu_utilization: samples[0]?.values.utilizationPercent,
      recorded_at: "2026-05-01T12:00:00.000Z",
      source: "smi",
      gpu_index: 0,
      gpu_uuid: "GPU-0",
    });
  });

  test("a GPU by index or by UUID", async () => {
    const { get } = setUp(gpuSampleSeries({ gpus: 3, count: 1, fromMs: NOON, everyMs: 1 }));
    expect((await get("/api/system/gpu?gpu=2")).body).toMatchObject({ gpu_uuid: "GPU-2" });
    expect((await get("/api/system/gpu?gpu=GPU-1")).body).toMatchObject({ gpu_index: 1 });
    await expect(get("/api/system/gpu?gpu=9")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a null says why, in the flat keys", async () => {
    const sample = gpuSample({ recordedAtMs: NOON, values: { utilizationPercent: 0 } });
    const { get } = setUp([{ ...sample, missing: { fanSpeedPercent: "not_supported" } }]);
    const { body } = await get("/api/system/gpu");
    expect(body).toMatchObject({
      utilization: 0,
      fan_speed: null,
      missing: { fan_speed: "not_supported" },
    });
  });

  test("is made once a tick, and again when a GPU becomes stale without one", async () => {
    const { get, ring, clock } = setUp([gpuSample({ recordedAtMs: NOON, gpuUuid: "a" })]);
    await get("/api/system/gpu");
    await get("/api/system/gpu");
    expect(clock.fleets).toBe(1);
    ring.push(gpuSample({ recordedAtMs: NOON, gpuUuid: "b", gpuIndex: 1 }));
    clock.sequence++;
    expect((await get("/api/system/gpu")).body).toMatchObject({ stale: false, gpus: [{}, {}] });
    clock.nowMs += 5_001;
    expect((await get("/api/system/gpu")).body).toMatchObject({ stale: true });
  });
});

test("a clock that is set back does not keep the last answer for ever", async () => {
  const { get, clock } = setUp([gpuSample({ recordedAtMs: NOON })]);
  expect((await get("/api/system/gpu")).body).toMatchObject({ stale: false });
  clock.nowMs -= 3_600_000;
  expect((await get("/api/system/gpu")).body).toMatchObject({ stale: true });
});

describe("GET /api/system/gpu/history", () => {
  const samples = gpuSampleSeries({ gpus: 1, count: 3, fromMs: NOON - 3_000, everyMs: 1_000 });

  function asked(path: string) {
    const queries: NewestQuery[] = [];
    const { get } = setUp(samples, {
      readNewest: async (query) => {
        queries.push(query);
        return { samples, hasMore: true };
      },
    });
    return get(path).then((answer) => ({ ...answer, query: queries[0] }));
  }

  test("items with the flat keys, and the pagination of the prescribed format", async () => {
    const { body, status } = await asked("/api/system/gpu/history");
    expect(status).toBe(200);
    const { items, pagination } = body as { items: object[]; pagination: object };
    expect(Object.keys(items[0] ?? {}).slice(0, 27)).toEqual(["recorded_at", ...referenceKeys]);
    expect(items).toHaveLength(3);
    expect(items[2]).toMatchObject({
      recorded_at: "2026-05-01T11:59:59.000Z",
      gpu_utilization: samples[2]?.values.utilizationPercent,
      simulated: false,
    });
    expect(pagination).toEqual({
      total: 3,
      limit: 300,
      offset: null,
      cursor: null,
      next_cursor: null,
      has_more: true,
    });
  });

  test.each([
    ["", 300],
    ["?limit=1", 1],
    ["?limit=0", 1],
    ["?limit=-7", 1],
    ["?limit=5001", 5_000],
    ["?limit=999999999999999", 5_000],
  ])("limit of %s is %i", async (search, limit) => {
    expect((await asked(`/api/system/gpu/history${search}`)).query?.limit).toBe(limit);
  });

  test.each([
    ["2026-05-01T12:00:00Z", NOON],
    ["2026-05-01T14:00:00+02:00", NOON],
    ["2026-05-01T14:00:00%2B02:00", NOON],
    ["2026-05-01T12:00:00.250Z", NOON + 250],
    ["2026-05-01T12:00:00", NOON],
    ["2026-05-01", NOON - 12 * 3_600_000],
  ])("since %s", async (since, sinceMs) => {
    const { query } = await asked(`/api/system/gpu/history?since=${since}`);
    expect(query?.sinceMs).toBe(sinceMs);
  });

  test.each([
    "yesterday",
    "",
    "1714564800",
    "2026-13-01T00:00:00Z",
    "2026-02-30",
    "__proto__",
    "NaN",
  ])("since %j is refused with a message that says how it is written", async (since) => {
    const { get } = setUp([]);
    await expect(get(`/api/system/gpu/history?since=${since}`)).rejects.toThrow(/ISO 8601/);
  });

  test.each(["limit=ten", "limit=1.5", "limit=", "limit=1e3", "gpu="])(
    "%s is refused",
    async (search) => {
      const { get } = setUp([]);
      await expect(get(`/api/system/gpu/history?${search}`)).rejects.toMatchObject({
        name: "ZodError",
      });
    },
  );

  test("without gpu the GPU with index 0; else the one named", async () => {
    expect((await asked("/api/system/gpu/history")).query?.gpu).toEqual({ uuid: "GPU-0" });
    expect((await asked("/api/system/gpu/history?gpu=4")).query?.gpu).toEqual({ index: 4 });
    expect((await asked("/api/system/gpu/history?gpu=GPU-4")).query?.gpu).toEqual({
      uuid: "GPU-4",
    });
  });

  test("comes from memory, and says stale, when the database is away", async () => {
    const { get } = setUp(samples, { readNewest: () => Promise.reject(new Error("away")) });
    const { body } = await get("/api/system/gpu/history?limit=2&gpu=0");
    expect(body).toMatchObject({
      stale: true,
      items: [
        { recorded_at: "2026-05-01T11:59:58.000Z" },
        { recorded_at: "2026-05-01T11:59:59.000Z" },
      ],
      pagination: { total: 2, has_more: true },
    });
  });

  test("UNAVAILABLE, and not an empty list, when memory holds nothing of it either", async () => {
    const { get } = setUp(samples, { readNewest: () => Promise.reject(new Error("10.0.0.5")) });
    for (const search of ["?gpu=7", "?gpu=GPU-7", "?since=2026-05-01T12:00:00Z"]) {
      const failure = get(`/api/system/gpu/history${search}`);
      await expect(failure).rejects.toMatchObject({ name: "AppError", code: "UNAVAILABLE" });
      await expect(failure).rejects.not.toThrow(/10\.0\.0\.5/);
    }
  });

  test("a UUID with a control character is refused before the database sees it", async () => {
    const { get } = setUp(samples);
    for (const path of ["/api/system/gpu/history", "/api/system/gpu"])
      await expect(get(`${path}?gpu=%00`)).rejects.toMatchObject({ name: "ZodError" });
  });
});
