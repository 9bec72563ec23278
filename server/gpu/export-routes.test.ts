import { describe, expect, test, vi } from "vitest";
import type { GpuHistorySelection } from "@/domain/gpu/gpu-history";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { decodeRawPoints } from "@/domain/gpu/raw-points";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSample, gpuSampleSeries } from "@/fixtures/gpu-samples";
import { routeRequest } from "@/fixtures/route-request";
import { assembleFleet } from "./assemble-fleet";
import { createDatabaseGuard } from "./database-guard";
import { exportRoutes } from "./export-routes";
import { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import { ringHistory } from "./ring-history";

const NOON = Date.UTC(2026, 4, 1, 12);
const HOUR_MS = 3_600_000;

/** A store that answers from a ring which holds the samples: the same columns, by other code. */
function setUp(samples: readonly GpuSample[], replaced: Partial<GpuStore> = {}) {
  const nowMs = () => NOON;
  const ring = new GpuRing({ historyMs: 1_000 * HOUR_MS, nowMs });
  for (const sample of samples) ring.push(sample);
  const asked: GpuHistorySelection[] = [];
  const store = fakeGpuStore({
    readHistory: async (selection) => {
      asked.push(selection);
      return ringHistory(ring, selection);
    },
    countSamples: async ({ gpuUuids, ...range }) =>
      gpuUuids.reduce((sum, uuid) => sum + ring.places(uuid, range).length, 0),
    ...replaced,
  });
  const pollIntervalMs = 1_000;
  const routes = exportRoutes({
    readFleet: () =>
      assembleFleet({ newest: ring.newest(), sources: [], pollIntervalMs, nowMs: NOON }),
    ring,
    store,
    guard: createDatabaseGuard({ limitMs: 1_000 }),
    pollIntervalMs,
    hostName: "test-host",
    tickSequence: () => 1,
    nowMs,
  });
  const ask = async (path: string, signal = new AbortController().signal) => {
    const { pathname, searchParams: query } = new URL(path, "http://portal");
    const route = routes.find((one) => one.path === pathname);
    if (!route) throw new Error(`no route ${pathname}`);
    return route.handle(routeRequest({ query, signal }));
  };
  const text = async (path: string) => {
    const answer = await ask(path);
    const parts: string[] = [];
    for await (const part of answer.body as AsyncIterable<string>) parts.push(part);
    return { ...answer, text: parts.join(""), parts };
  };
  return { ask, text, asked, ring };
}

const range = "from=2026-05-01T11:00:00Z&to=2026-05-01T12:00:00Z";
const hour = gpuSampleSeries({ gpus: 2, count: 60, fromMs: NOON - HOUR_MS, everyMs: 60_000 });

describe("GET /api/system/gpu/export", () => {
  test("raw CSV: a head with units, then a row a sample, GPU by GPU, as many as were told", async () => {
    const { text } = setUp(hour);
    const answer = await text(`/api/system/gpu/export?${range}&metric=utilization,powerWatts`);
    const lines = answer.text.trimEnd().split("\r\n");
    expect(lines[0]).toBe(
      "recorded_at,host,gpu_index,gpu_uuid,gpu_name,source,simulated,utilization (%),power_usage (W)",
    );
    const of0 = hour.filter(({ gpuUuid }) => gpuUuid === "GPU-0");
    const { utilizationPercent, powerWatts } = of0[1]?.values ?? {};
    expect(lines[2]).toBe(
      `2026-05-01T11:01:00.000Z,test-host,0,GPU-0,Test GPU,smi,false,${utilizationPercent},${powerWatts}`,
    );
    expect(lines[61]).toContain("2026-05-01T11:00:00.000Z,test-host,1,GPU-1");
    expect(lines).toHaveLength(121);
    expect(answer.headers).toEqual({
      "Content-Disposition":
        'attachment; filename="gpu-history-20260501T110000Z-20260501T120000Z.csv"',
      "X-Total-Rows": "120",
    });
  });

  test("in steps: mean, min, max and samples, an empty cell where nothing was, and every bucket", async () => {
    const { text } = setUp([
      gpuSample({ gpuUuid: "a", recordedAtMs: NOON - HOUR_MS, values: { powerWatts: 100 } }),
      gpuSample({ gpuUuid: "a", recordedAtMs: NOON - HOUR_MS + 1, values: { powerWatts: 0 } }),
    ]);
    const answer = await text(`/api/system/gpu/export?${range}&step=900&metric=power_usage`);
    expect(answer.text.split("\r\n")).toEqual([
      "recorded_at,host,gpu_index,gpu_uuid,gpu_name,source,simulated,samples,power_usage mean (W),power_usage min (W),power_usage max (W)",
      "2026-05-01T11:00:00.000Z,test-host,0,a,Test GPU,smi,false,2,50,0,100",
      "2026-05-01T11:15:00.000Z,test-host,0,a,Test GPU,,,0,,,",
      "2026-05-01T11:30:00.000Z,test-host,0,a,Test GPU,,,0,,,",
      "2026-05-01T11:45:00.000Z,test-host,0,a,Test GPU,,,0,,,",
      "",
    ]);
    expect(answer.headers?.["X-Total-Rows"]).toBe("4");
  });

  test("JSON is an object a line, and says what is simulated", async () => {
    const sample = gpuSample({ gpuUuid: "a", recordedAtMs: NOON - 1, source: "simulated" });
    const { text } = setUp([sample]);
    const raw = await text(`/api/system/gpu/export?${range}&format=json&metric=fan_speed`);
    expect(raw.contentType).toContain("application/x-ndjson");
    expect(JSON.parse(raw.text)).toEqual({
      recorded_at: "2026-05-01T11:59:59.999Z",
      host: "test-host",
      gpu_index: 0,
      gpu_uuid: "a",
      gpu_name: "Test GPU",
      source: "simulated",
      simulated: true,
      fan_speed: null,
    });
    const steps = await text(
      `/api/system/gpu/export?${range}&format=json&metric=fan_speed&step=3600`,
    );
    expect(JSON.parse(steps.text)).toMatchObject({
      samples: 1,
      fan_speed: { mean: null, min: null, max: null },
    });
  });

  test("a name that a spreadsheet would run is text", async () => {
    const { text } = setUp([
      gpuSample({ gpuUuid: "=1+2", host: "@h", gpuName: '-cmd|"x"', recordedAtMs: NOON - 1 }),
    ]);
    const { text: csv } = await text(`/api/system/gpu/export?${range}&metric=fan_speed`);
    expect(csv).toContain(`'@h,0,'=1+2,"'-cmd|""x"""`);
  });

  test("by index, UUID or host and index, each once; one that is gone by its UUID", async () => {
    const { text, asked } = setUp(hour);
    await text(`/api/system/gpu/export?${range}&step=60&gpu=1&gpu=test-host/1&gpu=GPU-1&gpu=gone`);
    expect(asked.map(({ gpuUuids }) => gpuUuids)).toEqual([["GPU-1"], ["gone"]]);
    await expect(text(`/api/system/gpu/export?${range}&gpu=9`)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("a long dense range is read in windows that adapt, and no sample is lost or twice", async () => {
    const dense = gpuSampleSeries({ gpus: 1, count: 30_000, fromMs: NOON - HOUR_MS, everyMs: 100 });
    const { text, asked } = setUp(dense);
    const { text: csv, parts } = await text(`/api/system/gpu/export?${range}&metric=utilization`);
    const times = csv
      .trimEnd()
      .split("\r\n")
      .slice(1)
      .map((line) => line.split(",", 1)[0]);
    expect(times).toEqual(dense.map(({ recordedAtMs }) => new Date(recordedAtMs).toISOString()));
    expect(asked.length).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.split("\r\n").length))).toBeLessThanOrEqual(1_001);
  });

  test("reads on only as parts are taken, and no more after the client has left", async () => {
    const { ask, asked } = setUp(hour);
    const client = new AbortController();
    const days = "from=2026-04-01T00:00:00Z&to=2026-05-01T12:00:00Z&step=60&metric=utilization";
    const { body } = await ask(`/api/system/gpu/export?${days}`, client.signal);
    expect(asked).toHaveLength(0);
    const parts = (body as AsyncIterable<string>)[Symbol.asyncIterator]();
    await parts.next();
    await parts.next();
    expect(asked).toHaveLength(1);
    client.abort();
    for (let i = 0; i < 5; i++) await parts.next();
    expect((await parts.next()).done).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test("UNAVAILABLE while the database is away, before anything is sent, and in the middle", async () => {
    const away = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.5"));
    const before = setUp(hour, { countSamples: away });
    await expect(before.ask(`/api/system/gpu/export?${range}`)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    const { text } = setUp(hour, { readHistory: vi.fn(away) });
    const failure = text(`/api/system/gpu/export?${range}&step=60`);
    await expect(failure).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(failure).rejects.not.toThrow(/10\.0\.0\.5/);
  });

  test.each([
    ["", /from/],
    ["from=2026-05-01", /to/],
    ["from=2026-05-02&to=2026-05-01", /from must be before to/],
    ["from=yesterday&to=2026-05-01", /ISO 8601/],
    ["from=2026-03-01&to=2026-05-01", /choose a step/],
    ["from=2025-01-01&to=2026-05-01&step=86400", /400 days/],
    [`${range}&step=7`, /step must be raw or one of/],
    [`${range}&format=xml`, /csv/],
    [`${range}&metric=speed`, /speed.* is no metric/],
    [`${range}&gpu=`, /index, a UUID or host/],
    [`${range}${"&gpu=a".repeat(65)}`, /64/],
  ])("%j is refused", async (search, message) => {
    const { ask } = setUp(hour);
    const failure = ask(`/api/system/gpu/export?${search}`);
    await expect(failure).rejects.toMatchObject({ name: "ZodError" });
    await expect(failure).rejects.toThrow(message);
  });

  test("more than 20 million rows are refused before any is read", async () => {
    const { ask, asked } = setUp(hour);
    const year = "from=2025-05-01&to=2026-05-01&step=1";
    await expect(ask(`/api/system/gpu/export?${year}`)).rejects.toMatchObject({
      code: "TOO_LARGE",
    });
    expect(asked).toEqual([]);
  });
});

describe("GET /api/system/gpu/points", () => {
  const hourAt = (hourMs: number, offsetsMs: number[], simulated = false) => ({
    hourMs,
    offsetsMs: Int32Array.from(offsetsMs),
    values: [Float32Array.from(offsetsMs, (offset) => offset / 7)],
    simulated,
  });
  const points = async (search: string, replaced: Partial<GpuStore>, samples = hour) => {
    const { body, contentType } = await setUp(samples, replaced).ask(
      `/api/system/gpu/points?${search}`,
    );
    expect(contentType).toBe("application/vnd.sightline.points");
    return decodeRawPoints(body as Buffer);
  };

  test("are cut to the range, and two parts of an hour become one", async () => {
    const begin = NOON - 2 * HOUR_MS;
    const got = await points(
      `from=2026-05-01T10:00:01Z&to=2026-05-01T11:00:00.5Z&metric=utilization`,
      {
        readRawHours: async () => [
          hourAt(begin, [0, 1_000, 3_000, 5_000]),
          hourAt(begin, [2_000, 3_000], true),
          hourAt(begin + HOUR_MS, [0, 499, 500]),
        ],
      },
    );
    const expected = [1_000, 2_000, 3_000, 5_000, HOUR_MS, HOUR_MS + 499];
    expect([...got.timesMs]).toEqual(expected.map((ms) => begin + ms));
    expect(got.values.utilizationPercent).toEqual(
      Float32Array.from(expected, (ms) => (ms % HOUR_MS) / 7),
    );
    expect(got).toMatchObject({ simulated: true, stale: false });
  });

  test("come from memory, and say stale, when the database is away; else UNAVAILABLE", async () => {
    const readRawHours = () => Promise.reject(new Error("away"));
    const got = await points(`${range}&gpu=1&metric=utilization`, { readRawHours });
    const of1 = hour.filter(({ gpuUuid }) => gpuUuid === "GPU-1");
    expect([...got.timesMs]).toEqual(of1.map(({ recordedAtMs }) => recordedAtMs));
    expect(got.values.utilizationPercent).toEqual(
      Float32Array.from(of1, ({ values }) => values.utilizationPercent ?? Number.NaN),
    );
    expect(got.stale).toBe(true);
    const { ask } = setUp(hour, { readRawHours });
    const old = ask("/api/system/gpu/points?from=2026-04-30&to=2026-05-01");
    await expect(old).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("more than three million values are refused as soon as they are seen", async () => {
    const offsets = Array.from({ length: 1_000_001 }, (_, i) => i);
    const readRawHours = vi.fn(async () => [hourAt(NOON - HOUR_MS, offsets)]);
    const { ask } = setUp(hour, { readRawHours });
    const failure = ask(
      "/api/system/gpu/points?from=2026-04-01&to=2026-05-01&metric=utilization,pstate,xid",
    );
    await expect(failure).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect(readRawHours).toHaveBeenCalledTimes(1);
  });

  test("of many metrics a few whole hours are read at a time: a day of all of them would fill the memory", async () => {
    const readRawHours = vi.fn<GpuStore["readRawHours"]>(async () => []);
    await points("from=2026-04-30T00:30:00Z&to=2026-05-01&gpu=GPU-1", { readRawHours });
    const windows = readRawHours.mock.calls.map(([{ fromMs, toMs }]) => ({ fromMs, toMs }));
    expect(windows[0]?.fromMs).toBe(NOON - 35.5 * HOUR_MS);
    expect(windows.at(-1)?.toMs).toBe(NOON - 12 * HOUR_MS);
    for (const [i, { fromMs, toMs }] of windows.entries()) {
      expect(toMs - fromMs).toBeLessThanOrEqual(5 * HOUR_MS);
      expect(toMs % HOUR_MS).toBe(0);
      if (i > 0) expect(fromMs).toBe(windows[i - 1]?.toMs);
    }
  });

  test("32 days are refused, and an index that is not there", async () => {
    const { ask } = setUp(hour);
    await expect(ask("/api/system/gpu/points?from=2026-03-01&to=2026-04-02")).rejects.toThrow(
      /31 days/,
    );
    await expect(ask(`/api/system/gpu/points?${range}&gpu=9`)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
