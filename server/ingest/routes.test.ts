import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { MAX_BATCH_SAMPLES, SampleBatchAnswer } from "@/domain/ingest/sample-batch";
import { anonymousActor, keyActor } from "@/fixtures/actors";
import { gpuSample } from "@/fixtures/gpu-samples";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError } from "@/server/errors";
import { createIngestFeature, type IngestFeature } from "./ingest-feature";
import type { StoredSamples } from "./ingest-context";
import { createRequestLimits } from "./request-limits";

const NOW = Date.UTC(2026, 4, 1, 12);
const PATH = "/api/ingest/gpu-samples";

let stored: GpuSample[];
let store: (samples: readonly GpuSample[]) => Promise<StoredSamples>;
let processes: GpuProcessList[];
let quarantined: QuarantinedValue[];
let feature: IngestFeature;
let http: TestHttp;
let registry: Registry;

beforeEach(async () => {
  stored = [];
  processes = [];
  quarantined = [];
  store = async (samples) => {
    stored.push(...samples);
    return { accepted: samples.length, refusals: [] };
  };
  registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  feature = createIngestFeature({
    storeSamples: (samples) => store(samples),
    acceptProcesses: (lists) => void processes.push(...lists),
    acceptQuarantined: (values) => void quarantined.push(...values),
    store: { sync: async () => [] },
    onStateChange: () => undefined,
    version: "1.2.3",
    nowMs: () => NOW,
    limits: createRequestLimits(),
    registry,
  });
  http = await startTestHttp({
    routes: feature.routes,
    actorOf: ({ headers: { authorization } }) => {
      if (authorization === "Bearer right") return keyActor("ingest");
      return authorization === "Bearer viewer" ? keyActor("viewer") : anonymousActor;
    },
  });
});
afterEach(async () => {
  await feature.stop();
  await http.stop();
});

const batch = (samples: unknown[], rest: object = {}) => ({
  host: "gpu-box-1",
  agent: { version: "9.9", run: "run-1" },
  sequence: 1,
  sentAtMs: NOW - 30,
  backlog: { samples: 0, oldestMs: null, dropped: 0 },
  samples,
  ...rest,
});

async function send(
  body: unknown,
  options: { key?: string; packed?: boolean; raw?: Buffer<ArrayBuffer> } = {},
) {
  const { key = "right", packed = false } = options;
  const text = JSON.stringify(body);
  const answer = await fetch(`${http.origin}${PATH}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${key}`,
      ...(packed && { "content-encoding": "gzip" }),
    },
    body: options.raw ?? (packed ? gzipSync(text) : text),
  });
  const json = (await answer.json()) as Record<string, unknown> & { error?: { message: string } };
  return { status: answer.status, headers: answer.headers, json };
}

const agents = async () =>
  (await (
    await fetch(`${http.origin}/api/system/agents`, { headers: { authorization: "Bearer viewer" } })
  ).json()) as Record<string, unknown>;

describe("a batch", () => {
  test.each([false, true])("is stored, then answered (gzip: %s)", async (packed) => {
    const samples = [gpuSample({ host: "gpu-box-1" }), gpuSample({ host: "" })];
    const { status, json } = await send(batch(samples), { packed });
    expect(status).toBe(200);
    expect(SampleBatchAnswer.parse(json)).toEqual({
      service: "sightline",
      version: "1.2.3",
      accepted: 2,
      refused: {},
      serverTimeMs: NOW,
    });
    expect(stored).toEqual([samples[0], { ...samples[1], host: "gpu-box-1" }]);
  });

  test("process lists and values set aside go on, under names that no other host uses; nonsense among them is left out", async () => {
    const list = { readAtMs: NOW, processes: [], isCut: false, problem: null };
    const value = { metric: "temperatureCelsius", source: "smi", recordedAtMs: NOW };
    const { status } = await send(
      batch([], {
        processes: [{ ...list, gpuUuid: "GPU-1" }, { gpuUuid: "GPU-2" }, 7],
        quarantined: [
          { ...value, gpuUuid: "amd-0", rawValue: "-300" },
          { ...value, rawValue: 1 },
        ],
      }),
    );
    expect(status).toBe(200);
    expect(processes).toEqual([{ ...list, gpuUuid: "GPU-1" }]);
    expect(quarantined).toEqual([{ ...value, gpuUuid: "gpu-box-1/amd-0", rawValue: "-300" }]);
  });

  test("one bad sample does not hold up the others, and is counted", async () => {
    store = async (samples) => {
      stored.push(...samples);
      return { accepted: samples.length - 1, refusals: ["too_old"] };
    };
    const good = gpuSample();
    const { gpuUuid, ...withoutUuid } = good;
    const bad = [withoutUuid, { ...good, recordedAtMs: -1 }, null, "x", { ...good, values: {} }];
    const { status, json } = await send(batch([...bad, good, { ...good, gpuUuid: `${gpuUuid}1` }]));
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { accepted: 1, refused: { invalid: 5, too_old: 1 } },
    });
    expect(stored).toHaveLength(2);
    const text = await registry.metrics();
    expect(text).toContain("sightline_ingest_samples_total 1");
    expect(text).toContain('sightline_ingest_samples_refused_total{reason="invalid"} 5');
    expect(text).toContain('sightline_ingest_samples_refused_total{reason="too_old"} 1');
  });

  test("names that only count within a host get the host in front; those of NVIDIA do not", async () => {
    const longHost = "h".repeat(253);
    await send(
      batch([
        gpuSample({ gpuUuid: "GPU-1", parentUuid: null }),
        gpuSample({ gpuUuid: "MIG-1", parentUuid: "GPU-1" }),
        gpuSample({ gpuUuid: "card0", host: "a" }),
        gpuSample({ gpuUuid: "card0", host: "b", parentUuid: "card-parent" }),
        gpuSample({ gpuUuid: "card0", host: longHost }),
      ]),
    );
    const hash = createHash("sha256").update(`${longHost}/card0`).digest("hex");
    expect(stored.map(({ gpuUuid, parentUuid }) => [gpuUuid, parentUuid])).toEqual([
      ["GPU-1", null],
      ["MIG-1", "GPU-1"],
      ["a/card0", null],
      ["b/card0", "b/card-parent"],
      [`host-${hash}`, null],
    ]);
  });

  test("that cannot be stored is not acknowledged, and the agent counts as heard of", async () => {
    store = () => Promise.reject(new AppError("UNAVAILABLE", "Not now."));
    expect(await send(batch([gpuSample()]))).toMatchObject({
      status: 503,
      json: { error: { message: "Not now." } },
    });
    expect(await agents()).toMatchObject({ agents: [{ host: "gpu-box-1" }] });
  });
});

describe("is refused whole, with a sentence", () => {
  test.each([
    ["no object", []],
    ["no host", { ...batch([]), host: "" }],
    ["a host with control characters", { ...batch([]), host: "a\nb" }],
    ["no sequence", { ...batch([]), sequence: -1 }],
    ["an agent without a version", { ...batch([]), agent: { version: "", run: "x" } }],
    ["a time that is none", { ...batch([]), sentAtMs: 1e300 }],
    ["too many samples", batch(Array.from({ length: MAX_BATCH_SAMPLES + 1 }, () => 1))],
  ])("%s", async (_what, body) => {
    const { status, json } = await send(body);
    expect(status).toBe(422);
    expect(json.error?.message).toMatch(/^This is no batch of samples: .+\.$/);
    expect(stored).toEqual([]);
  });

  test("a wrong key: 401, before the body is looked at", async () => {
    const { status, json, headers } = await send("junk", { key: "wrong" });
    expect({ status, json }).toMatchObject({
      status: 401,
      json: { error: { code: "UNAUTHENTICATED" } },
    });
    expect(headers.get("www-authenticate")).toBe("Bearer");
  });

  test("what is no gzip", async () => {
    const { status } = await send(null, { packed: true, raw: Buffer.from("not gzip at all") });
    expect(status).toBe(422);
  });

  test("a bomb: 200 MB in 200 kB are not unpacked", async () => {
    const raw = gzipSync(Buffer.alloc(200_000_000, " "));
    expect(raw.length).toBeLessThan(1_000_000);
    expect((await send(null, { packed: true, raw })).status).toBe(413);
  });

  test("too many at once: 429 and when to try again", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    store = async () => {
      await gate;
      return { accepted: 1, refusals: [] };
    };
    const running = Array.from({ length: 17 }, () => send(batch([gpuSample()])));
    const refused = await Promise.race(running);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    release();
    const statuses = (await Promise.all(running)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(16);
  });
});

test("agents: by host, with what they have not sent", async () => {
  await send(batch([], { host: "b", backlog: { samples: 12, oldestMs: NOW - 2_030, dropped: 3 } }));
  await send(batch([], { host: "a" }));
  expect(await agents()).toEqual({
    timestamp: "2026-05-01T12:00:00.000Z",
    agents: [
      expect.objectContaining({ host: "a", behind_samples: 0, behind_seconds: 0 }),
      {
        host: "b",
        state: "live",
        version: "9.9",
        first_seen_at: "2026-05-01T12:00:00.000Z",
        last_seen_at: "2026-05-01T12:00:00.000Z",
        behind_samples: 12,
        behind_seconds: 2,
        dropped_samples: 3,
        clock_offset_seconds: -0.03,
      },
    ],
  });
  expect(await registry.metrics()).toContain('sightline_agent_behind_samples{host="b"} 12');
});
