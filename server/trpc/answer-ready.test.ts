import { Writable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { GpuHistoryQuery } from "@/domain/gpu/gpu-history";
import { fakeGpuStore } from "@/fixtures/fake-gpu-store";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { createGpuFeature, gpuReadyQueries, type GpuStore } from "@/server/gpu";
import { createLogger } from "@/server/logger";
import { adminActor } from "@/fixtures/actors";
import type { Actor } from "@/server/policy/policy";
import type { Context } from "./context";
import { createTrpcHandler, TRPC_PREFIX } from "./handle-trpc-request";
import { appRouter } from "./root";
import { Registry } from "@prometheus-io/client";

const NOON = Date.UTC(2026, 4, 1, 12);
const query: GpuHistoryQuery = {
  gpuUuids: ["GPU-0"],
  metrics: ["utilizationPercent"],
  fromMs: NOON - 600_000,
  toMs: NOON,
  stepMs: 10_000,
};

const running: TestHttp[] = [];
afterEach(async () => {
  for (const http of running.splice(0)) await http.stop();
});

/** The portal's tRPC over HTTP, once with ready bytes and once without; both over the same feature. */
async function setUp(replaced: Partial<GpuStore> = {}, actor: Actor = adminActor) {
  const clock = { nowMs: NOON };
  const lines: string[] = [];
  const logger = createLogger(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    }),
  );
  const readHistory = vi.fn<GpuStore["readHistory"]>(async (selection) => ({
    series: selection.gpuUuids.map((gpuUuid) => {
      const startsMs = Array.from({ length: 60 }, (_, i) => selection.fromMs + i * 10_000);
      const column = { utilizationPercent: startsMs.map((_, i) => (i % 7 === 0 ? null : i / 3)) };
      return {
        gpuUuid,
        gpuIndex: 0,
        gpuName: 'GPU "größer" 🟢',
        timesMs: startsMs,
        counts: startsMs.map(() => 10),
        mean: column,
        min: column,
        max: column,
        sources: startsMs.map(() => "nvml" as const),
        knownUntilMs: 0,
      };
    }),
    truncated: false,
  }));
  const feature = createGpuFeature({
    store: fakeGpuStore({ readHistory, ...replaced }),
    settings: { pollIntervalMs: 1_000, historyMinutes: 60 },
    logger,
    nowMs: () => clock.nowMs,
    registry: new Registry(Registry.OPENMETRICS_CONTENT_TYPE),
  });
  feature.acceptSamples(gpuSampleSeries({ gpus: 2, count: 1, fromMs: NOON, everyMs: 1 }));
  const shared = {
    router: appRouter,
    features: { gpu: feature.context } as unknown as Omit<Context, "requestId">,
    nowMs: () => clock.nowMs,
    logger,
  };
  const start = async (handle: ReturnType<typeof createTrpcHandler>) => {
    const http = await startTestHttp({
      trpc: { prefix: TRPC_PREFIX, handle },
      actorOf: () => actor,
    });
    running.push(http);
    return http;
  };
  const ready = await start(createTrpcHandler({ ...shared, readyQueries: gpuReadyQueries }));
  const plain = await start(createTrpcHandler(shared));
  return { ready, plain, readHistory, feature, clock, lines };
}

const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;
const one = `gpu.history?${input(query)}`;
const batchOf = (paths: string, inputs: unknown) => `${paths}?batch=1&${input(inputs)}`;

async function ask(http: TestHttp, path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${http.origin}/api/trpc/${path}`, {
    headers: { "accept-encoding": "identity", "x-request-id": "same", ...headers },
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()), // unpacked
  };
}

describe("answers from bytes", () => {
  test.each([
    ["one history", one],
    ["a batch of one", batchOf("gpu.history", { 0: query })],
    [
      "a batch of several",
      batchOf("gpu.history,gpu.latest,gpu.history", { 0: query, 2: { ...query, gpuUuids: ["x"] } }),
    ],
    ["the latest values", "gpu.latest"],
    ["the latest values in a batch", batchOf("gpu.latest", {})],
    [
      "points instead of a step",
      `gpu.history?${input({ ...query, stepMs: undefined, maxPoints: 100 })}`,
    ],
    ["an input that is refused", `gpu.history?${input({ ...query, stepMs: 7 })}`],
    ["a batch with one that is refused", batchOf("gpu.history,gpu.history", { 0: query, 1: {} })],
    ["no input", "gpu.history"],
    ["broken JSON", "gpu.history?input={"],
    ["a batch whose inputs are no object", batchOf("gpu.latest", 5)],
    ["an unknown procedure", "gpu.nothing"],
    ["a prototype's name", batchOf("gpu.latest,__proto__", {})],
    ["another procedure beside", batchOf("gpu.latest,system.none", {})],
  ])("%s: byte for byte what tRPC answers, the first time and again", async (_name, path) => {
    const { ready, plain } = await setUp();
    const expected = await ask(plain, path);
    for (let round = 0; round < 2; round++) {
      const got = await ask(ready, path);
      expect(got.body.toString()).toBe(expected.body.toString());
      expect(got.status).toBe(expected.status);
      expect(got.headers["content-type"]).toBe(expected.headers["content-type"]);
      expect(got.headers["x-request-id"]).toBe("same");
      expect(got.headers.vary).toBe(expected.headers.vary);
    }
  });

  test("gzip holds the same, and is what a cache may tell apart", async () => {
    const { ready, plain } = await setUp();
    for (const path of [one, batchOf("gpu.history", { 0: query })]) {
      const expected = await ask(plain, path);
      const got = await ask(ready, path, { "accept-encoding": "gzip, br" });
      expect(got.headers["content-encoding"]).toBe("gzip");
      expect(got.headers.vary).toMatch(/accept-encoding/i);
      expect(got.body.toString()).toBe(expected.body.toString());
    }
  });

  test("a hot history is read once: for all who look at the same buckets, however they ask", async () => {
    const { ready, readHistory } = await setUp();
    const moved = { ...query, fromMs: query.fromMs + 1, toMs: query.toMs - 9_999 };
    await Promise.all([
      ask(ready, one),
      ask(ready, one),
      ask(ready, batchOf("gpu.history", { 0: query })),
      ask(ready, `gpu.history?${input(moved)}`),
      ask(ready, `gpu.history?${input({ ...query, gpuUuids: ["GPU-0", "GPU-0"] })}`),
    ]);
    expect(readHistory).toHaveBeenCalledTimes(1);
    await ask(ready, `gpu.history?${input({ ...query, metrics: ["powerWatts"] })}`);
    expect(readHistory).toHaveBeenCalledTimes(2);
  });

  test("a new bucket, and a clock that is set back, ask the store again", async () => {
    const { ready, readHistory, clock } = await setUp();
    await ask(ready, one);
    clock.nowMs += 9_999;
    await ask(ready, one);
    expect(readHistory).toHaveBeenCalledTimes(1);
    clock.nowMs += 1;
    await ask(ready, one);
    expect(readHistory).toHaveBeenCalledTimes(2);
    clock.nowMs -= 3_600_000;
    await ask(ready, one);
    expect(readHistory).toHaveBeenCalledTimes(3);
  });

  test("the latest values are those of the last tick, and become stale without one", async () => {
    const { ready, feature, clock } = await setUp();
    const text = async () => (await ask(ready, "gpu.latest")).body.toString();
    const first = await text();
    expect(await text()).toBe(first);
    feature.acceptSamples(gpuSampleSeries({ gpus: 3, count: 1, fromMs: NOON + 1, everyMs: 1 }));
    expect(await text()).toContain("GPU-2");
    clock.nowMs += 60_000;
    expect(await text()).toContain('"stale":true');
  });

  test("an answer from memory is not kept: the database is asked again at once", async () => {
    const readHistory = vi.fn(() => Promise.reject(new Error("connect ECONNREFUSED 10.9.8.7")));
    const { ready } = await setUp({ readHistory });
    const now = { ...query, toMs: NOON + 10_000 };
    for (let round = 0; round < 2; round++) {
      const { body, status } = await ask(ready, `gpu.history?${input(now)}`);
      expect(status).toBe(200);
      expect(body.toString()).toContain('"stale":true');
    }
    expect(readHistory).toHaveBeenCalledTimes(2);
  });

  test("a failure is tRPC's answer, in a batch beside the others, and each asker has its own request id", async () => {
    const { ready, plain, lines } = await setUp({
      readHistory: () => Promise.reject(new Error("connect ECONNREFUSED 10.9.8.7")),
    });
    const away = { ...query, gpuUuids: ["nobody"] };
    const paths = [`gpu.history?${input(away)}`, batchOf("gpu.latest,gpu.history", { 1: away })];
    for (const path of paths) {
      const expected = await ask(plain, path);
      const got = await ask(ready, path);
      expect(got.status).toBe(expected.status);
      expect(JSON.parse(got.body.toString())).toEqual(JSON.parse(expected.body.toString()));
      expect(got.body.toString()).not.toContain("10.9.8.7");
    }
    const answers = ["a", "b"].map((id) => ask(ready, paths[0] ?? "", { "x-request-id": id }));
    const texts = (await Promise.all(answers)).map(({ body }) => body.toString());
    expect(texts[0]).toContain('"requestId":"a"');
    expect(texts[1]).toContain('"requestId":"b"');
    expect(lines.some((line) => line.includes("A procedure failed"))).toBe(true);
  });
});

describe("who may not ask", () => {
  test("is refused although the bytes are there, before the store is asked", async () => {
    const role: Actor = { ...adminActor };
    const { ready, readHistory } = await setUp({}, role);
    expect((await ask(ready, one)).status).toBe(200);
    role.role = "public";
    for (const path of [one, batchOf("gpu.history", { 0: query }), "gpu.latest"]) {
      const { status, body } = await ask(ready, path);
      expect(status).toBe(403);
      expect(body.toString()).toContain("This needs the role viewer; you are public.");
    }
    expect(readHistory).toHaveBeenCalledTimes(1);
    role.role = "viewer";
    expect((await ask(ready, one)).status).toBe(200);
    expect(readHistory).toHaveBeenCalledTimes(1);
  });
});
