import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { anonymousActor, keyActor } from "@/fixtures/actors";
import { gpuSample } from "@/fixtures/gpu-samples";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { logger } from "@/server/logger";
import { AppError } from "@/server/errors";
import { createRequestLimits, type RequestLimits } from "@/server/ingest";
import { createRestApi } from "@/server/rest-api";
import type { Context } from "@/server/trpc/context";
import { createTrpcHandler, TRPC_PREFIX } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import { createInferenceFeature } from "./inference-feature";
import { InferenceLedger } from "./inference-ledger";

const NOON = Date.UTC(2026, 4, 1, 12);
const HOUR_MS = 3_600_000;

let ledger: InferenceLedger;
let registry: Registry;
let feature: ReturnType<typeof createInferenceFeature>;
let http: TestHttp;
let limits: RequestLimits;

const fleet = [
  gpuSample({ gpuUuid: "GPU-a", host: "box", gpuIndex: 0 }),
  gpuSample({ gpuUuid: "GPU-b", host: "box", gpuIndex: 1 }),
  gpuSample({ gpuUuid: "MIG-b", host: "box", gpuIndex: 1, parentUuid: "GPU-b" }),
];

beforeEach(async () => {
  limits = createRequestLimits();
  ledger = new InferenceLedger();
  registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  feature = createInferenceFeature({
    ledger,
    readFleet: () => ({
      gpus: fleet.map((sample) => ({ sample, stale: false, carriedFromMs: {} })),
      simulated: false,
      sources: [],
      pollIntervalMs: 1_000,
      serverTimeMs: NOON,
    }),
    hostName: "portal",
    limits: { run: (address, work) => limits.run(address, work) },
    registry,
    nowMs: () => NOON,
  });
  const api = {
    router: appRouter,
    features: { inference: feature.context } as unknown as Context,
    nowMs: () => NOON,
  };
  http = await startTestHttp({
    routes: [
      ...feature.routes,
      ...createRestApi({ ...api, version: "0", existing: feature.routes }),
    ],
    trpc: { prefix: TRPC_PREFIX, handle: createTrpcHandler({ ...api, logger }) },
    actorOf: ({ headers }) => (headers.authorization ? keyActor("ingest") : anonymousActor),
  });
});
afterEach(async () => {
  feature.stop();
  await http.stop();
});

const item = (rest: object = {}) => ({
  service: "chat",
  model: "llama",
  count: 6,
  at: NOON - 1_000,
  ...rest,
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${http.origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer key", ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: (await answer.json()) as unknown };
}
const report = (...inferences: object[]) => post("/api/ingest/inferences", { inferences });
const rate = (uuid: string, isDefault = false) => ledger.rateOf({ uuid, isDefault }, NOON);

describe("POST /api/ingest/inferences", () => {
  test("counts by GPU: by UUID, by host and index, and those that name none", async () => {
    expect(
      await report(
        item({ gpu: "GPU-a" }),
        item({ gpu: "box/1", count: 60 }),
        item({ gpu: "MIG-b", count: 120 }),
        item({ count: 180 }),
      ),
    ).toEqual({ status: 200, json: { accepted: 4, refused: [] } });
    expect([rate("GPU-a"), rate("GPU-b"), rate("MIG-b"), rate("GPU-x", true)]).toEqual([
      0.1, 1, 2, 3,
    ]);
  });

  test("what cannot be counted is named by its place, the rest is counted", async () => {
    const { json } = await report(
      item({ gpu: "box/7" }),
      item({ gpu: "elsewhere/0" }),
      item({ at: NOON - HOUR_MS - 1 }),
      item({ at: NOON + 60_001 }),
      item({ at: NOON - HOUR_MS }),
      item({ at: NOON + 60_000 }),
    );
    expect(json).toEqual({
      accepted: 2,
      refused: [
        { index: 0, reason: "unknown_gpu" },
        { index: 1, reason: "unknown_gpu" },
        { index: 2, reason: "too_old" },
        { index: 3, reason: "too_far_ahead" },
      ],
    });
  });

  test.each([
    [{ count: -1 }],
    [{ count: 1.5 }],
    [{ count: 1e9 }],
    [{ service: "" }],
    [{ model: "m".repeat(129) }],
    [{ model: "a\u0000b" }],
    [{ latencyMs: -1 }],
    [{ gpuSeconds: Number.MAX_VALUE }],
    [{ at: "now" }],
  ])("%j is refused whole", async (wrong) => {
    expect(await report(item(), item(wrong))).toMatchObject({
      status: 422,
      json: { error: { code: "INVALID" } },
    });
    expect(rate("x", true)).toBeNull();
  });

  test("501 items are refused", async () => {
    expect((await report(...Array.from({ length: 501 }, () => item()))).status).toBe(422);
  });
});

describe("inference.report", () => {
  test("takes the same as a POST of JSON", async () => {
    const { status, json } = await post("/api/trpc/inference.report", { inferences: [item()] });
    expect({ status, json }).toEqual({
      status: 200,
      json: { result: { data: { accepted: 1, refused: [] } } },
    });
    expect(rate("x", true)).toBe(0.1);
  });

  test("a GET, another site, another type of body and a missing key change nothing", async () => {
    const path = `/api/trpc/inference.report`;
    const body = JSON.stringify({ inferences: [item()] });
    const input = encodeURIComponent(body);
    const headers = { authorization: "Bearer key" };
    const get = await fetch(`${http.origin}${path}?input=${input}`, { headers });
    expect(get.status).toBe(405);
    const text = await fetch(`${http.origin}${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "text/plain" },
      body,
    });
    expect(text.status).toBe(415);
    const foreign = await post(path, JSON.parse(body), { origin: "https://evil.example" });
    expect(foreign.status).toBe(403);
    const cross = await post(path, JSON.parse(body), { "sec-fetch-site": "cross-site" });
    expect(cross.status).toBe(403);
    const anonymous = await post(path, JSON.parse(body), { authorization: "" });
    expect(anonymous).toMatchObject({
      status: 401,
      json: { error: { data: { code: "UNAUTHORIZED" } } },
    });
    expect(rate("x", true)).toBeNull();
  });
});

test.each(["/api/ingest/inferences", "/api/trpc/inference.report", "/api/inference/report"])(
  "%s is within the limits of all ingest, by the address of the sender",
  async (path) => {
    const asked: string[] = [];
    limits = {
      run(address) {
        asked.push(address);
        return Promise.reject(new AppError("TOO_MANY", "Wait a second."));
      },
    };
    expect((await post(path, { inferences: [item()] })).status).toBe(429);
    expect(asked).toEqual(["127.0.0.1"]);
    expect(rate("x", true)).toBeNull();
  },
);

describe("/metrics", () => {
  test("inferences, GPU seconds and latency; what was not measured is in none of them", async () => {
    await report(
      item({ gpuSeconds: 1.5, latencyMs: 200 }),
      item({ service: "api", gpuSeconds: 0.5 }),
      item({ model: "qwen" }),
    );
    const text = await registry.metrics();
    expect(text).toContain('sightline_inferences_total{service="chat",model="llama"} 6');
    expect(text).toContain('sightline_inferences_total{service="api",model="llama"} 6');
    expect(text).toContain('hsi_gpu_seconds_total{model="llama"} 2');
    expect(text).not.toContain('hsi_gpu_seconds_total{model="qwen"}');
    expect(text).toContain('sightline_inference_latency_seconds_count{model="llama"} 1');
    expect(text).toContain('sightline_inference_latency_seconds_bucket{le="0.25",model="llama"} 1');
  });

  test("a sender who makes up names makes no more than a few series", async () => {
    for (let from = 0; from < 2_000; from += 500)
      await report(
        ...Array.from({ length: 500 }, (_, i) =>
          item({ service: `s${from + i}`, model: `m${from + i}`, count: 1, gpuSeconds: 1 }),
        ),
      );
    const lines = (await registry.metrics()).split("\n");
    const series = lines.filter((line) => line.startsWith("sightline_inferences_total{"));
    expect(series.length).toBeLessThanOrEqual(201);
    const sum = series.reduce((all, line) => all + Number(line.split(" ").at(-1)), 0);
    expect(sum).toBe(2_000);
    expect(lines.filter((line) => line.startsWith("hsi_gpu_seconds_total{"))).toHaveLength(101);
  });
});
