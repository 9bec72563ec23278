import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import type { GpuTick } from "@/domain/realtime/realtime-events";
import { gpuSample } from "@/fixtures/gpu-samples";
import { routeRequest } from "@/fixtures/route-request";
import { createPressureFeature, type PressureStore, type WebhookStore } from "@/server/pressure";

const startMs = Date.UTC(2026, 10, 24, 12);

/** A feature on a clock of its own, over GPUs that the test reports. */
function setUp(
  given: {
    states?: Awaited<ReturnType<PressureStore["readStates"]>>["states"];
    readStates?: PressureStore["readStates"];
    stored?: PressureEvent[];
  } = {},
) {
  let nowMs = startMs;
  const samples = new Map<string, GpuSample>();
  const saved: PressureEvent[] = [];
  let send: (tick: GpuTick) => void = () => undefined;
  const fleet = (): GpuFleet => ({
    gpus: [...samples.values()].map((sample) => ({
      sample,
      stale: nowMs - sample.recordedAtMs > 5_000,
      carriedFromMs: {},
    })),
    simulated: false,
    sources: [],
    pollIntervalMs: 1_000,
    serverTimeMs: nowMs,
  });
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const feature = createPressureFeature({
    gpu: {
      fleet,
      onTick: (listener) => {
        send = listener;
        return () => undefined;
      },
    },
    store: {
      readStates:
        given.readStates ??
        (() => Promise.resolve({ states: given.states ?? [], lastSequence: 0 })),
      saveEvents: (events) => {
        saved.push(...events);
        return Promise.resolve(events.length);
      },
      readEventsAfter: (sequence) =>
        Promise.resolve((given.stored ?? []).filter((event) => event.sequence > sequence)),
    } as Partial<PressureStore> as PressureStore,
    webhooks: {} as WebhookStore,
    settings: { pressureWarningPercent: 85, pressureCriticalPercent: 95 },
    logger: { info: vi.fn(), warn: vi.fn() },
    nowMs: () => nowMs,
    registry,
  });
  /** One poll, a second later: the used MiB of 1,000 of each GPU. */
  const poll = (used: Record<string, number | null>, facts: Partial<GpuSample> = {}) => {
    nowMs += 1_000;
    const tick = Object.entries(used).map(([gpuUuid, memoryUsedMib], index) =>
      gpuSample({
        gpuUuid,
        gpuIndex: index,
        recordedAtMs: nowMs,
        values: { memoryUsedMib, memoryTotalMib: 1_000 },
        ...facts,
      }),
    );
    for (const sample of tick) samples.set(sample.gpuUuid, sample);
    send({
      sequence: 1,
      serverTimeMs: nowMs,
      pollIntervalMs: 1_000,
      simulated: false,
      samples: tick,
    });
  };
  const [answerRoute, streamRoute] = feature.routes;
  const ask = async (query = "", signal = new AbortController().signal) => {
    const answer = await answerRoute?.handle(
      routeRequest({ query: new URLSearchParams(query), signal }),
    );
    return JSON.parse(answer?.body as string) as Record<string, unknown> & {
      version: number;
      gpus: Record<string, unknown>[];
    };
  };
  const open = async (query: string, lastEventId: string | null, signal: AbortSignal) => {
    const request = routeRequest({ query: new URLSearchParams(query), lastEventId, signal });
    const answer = await streamRoute?.handle(request);
    return answer?.body as AsyncIterable<string>;
  };
  const wait = (durationMs: number) => {
    nowMs += durationMs;
  };
  return { feature, poll, ask, open, saved, registry, wait };
}

type Setup = ReturnType<typeof setUp>;
let setup: Setup;
beforeEach(async () => {
  setup = setUp();
  await Promise.resolve(); // the levels of before the start
});
afterEach(() => setup.feature.stop());

describe("GET /api/system/gpu/pressure", () => {
  test("begins with the reference's keys, and advises", async () => {
    setup.poll({ a: 500 });
    setup.poll({ a: 850 });
    const answer = await setup.ask();
    expect(Object.keys(answer).slice(0, 7)).toEqual([
      "current_level",
      "warning_threshold",
      "critical_threshold",
      "total_warning_events",
      "total_critical_events",
      "last_warning_event_at",
      "last_critical_event_at",
    ]);
    expect(answer).toMatchObject({
      current_level: "warning",
      warning_threshold: 85,
      critical_threshold: 95,
      total_warning_events: 1,
      total_critical_events: 0,
      last_warning_event_at: "2026-11-24T12:00:02.000Z",
      last_critical_event_at: null,
      max: 4,
      advised_concurrency: 3,
      note: null,
      since: "2026-11-24T12:00:02.000Z",
      gpus: [{ gpu_uuid: "a", level: "warning", memory_share: 85, stale: false, simulated: false }],
    });
    setup.poll({ a: 999 });
    expect(await setup.ask("max=9")).toMatchObject({
      current_level: "critical",
      advised_concurrency: 4,
      total_critical_events: 1,
    });
  });

  test("the worst of the GPUs, or the one that is named; a MIG instance has a level of its own", async () => {
    setup.poll({ a: 500, b: 960 });
    setup.poll({ "MIG-1": 900 }, { parentUuid: "a", gpuIndex: 0 });
    expect(await setup.ask()).toMatchObject({ current_level: "critical" });
    expect(await setup.ask("gpu=0")).toMatchObject({
      current_level: "normal",
      gpus: [{ gpu_uuid: "a" }],
    });
    expect(await setup.ask("gpu=test-host/1")).toMatchObject({ current_level: "critical" });
    expect(await setup.ask("gpu=MIG-1&max=8")).toMatchObject({
      current_level: "warning",
      advised_concurrency: 6,
    });
    await expect(setup.ask("gpu=7")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("without a level max is advised, and a note says why", async () => {
    expect(await setup.ask()).toMatchObject({ current_level: null, note: /No GPU is known/ });
    setup.poll({ a: null });
    expect(await setup.ask()).toMatchObject({
      current_level: null,
      advised_concurrency: 4,
      note: /tells its memory/,
    });
    setup.poll({ a: 990 }, { source: "simulated" });
    expect(await setup.ask()).toMatchObject({
      current_level: null,
      note: /simulated/,
      gpus: [{ level: "critical", simulated: true }],
    });
    setup.poll({ a: 990 }, { memoryKind: "unified" });
    expect(await setup.ask()).toMatchObject({ gpus: [{ level: null, memory_share: null }] });
  });

  test("a GPU that fell silent does not count any more", async () => {
    setup.poll({ a: 990 });
    setup.wait(6_000);
    expect(await setup.ask()).toMatchObject({
      current_level: null,
      note: /old/,
      gpus: [{ level: "critical", stale: true, advised_concurrency: 4 }],
    });
  });

  test("a value that this source reads on a slower beat changes nothing", async () => {
    setup.poll({ a: 990 });
    setup.poll({ a: null }, { missing: { memoryUsedMib: "not_sampled" } });
    expect(await setup.ask()).toMatchObject({ current_level: "critical" });
  });

  test.each(["max=0", "max=1025", "max=x", "wait=31&version=1", "wait=-1", "wait=1", "gpu=%00"])(
    "%s is refused",
    async (query) => {
      await expect(setup.ask(query)).rejects.toThrow();
    },
  );
});

describe("waiting", () => {
  test("answers at once when the version is another, or on a change; else after the time", async () => {
    setup.poll({ a: 500 });
    const { version } = await setup.ask();
    expect(await setup.ask(`wait=30&version=${version - 1}`)).toMatchObject({ version });
    expect(await setup.ask(`wait=1&version=${version}`)).toMatchObject({ version });
    const waiting = setup.ask(`wait=30&version=${version}`);
    setup.poll({ a: 900 });
    const answer = await waiting;
    expect(answer.current_level).toBe("warning");
    expect(answer.version).toBeGreaterThan(version);
  });

  test("for one GPU a change of another is none", async () => {
    setup.poll({ a: 500, b: 500 });
    const { version } = await setup.ask("gpu=a");
    let answered = false;
    const waiting = setup.ask(`gpu=a&wait=30&version=${version}`).then((answer) => {
      answered = true;
      return answer;
    });
    setup.poll({ a: 500, b: 990 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(false);
    setup.poll({ a: 990, b: 990 });
    expect(await waiting).toMatchObject({ current_level: "critical" });
  });

  test("a poll that changes nothing has the same version", async () => {
    setup.poll({ a: 500 });
    const { version } = await setup.ask();
    setup.poll({ a: 510 });
    expect(await setup.ask()).toMatchObject({ version });
  });

  test("one more than 128 is told to come back; who leaves makes room; the stop answers all", async () => {
    setup.poll({ a: 500 });
    const { version } = await setup.ask();
    const query = `wait=30&version=${version}`;
    const leaver = new AbortController();
    const waiting = Array.from({ length: 127 }, () => setup.ask(query));
    const left = setup.ask(query, leaver.signal);
    await expect(setup.ask(query)).rejects.toMatchObject({ code: "TOO_MANY" });
    leaver.abort();
    await left;
    waiting.push(setup.ask(query));
    setup.feature.endWaits();
    expect((await Promise.all(waiting)).every((answer) => answer.version === version)).toBe(true);
  });
});

/** Reads messages of a stream into a list. */
function follow(stream: AsyncIterable<string>) {
  const messages: { id: number; event: string; data: Record<string, unknown> }[] = [];
  const raw: string[] = [];
  const done = (async () => {
    for await (const text of stream) {
      raw.push(text);
      const fields = new Map(
        text.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]),
      );
      const event = fields.get("event");
      if (event === undefined) continue;
      const data = JSON.parse(fields.get("data") ?? "") as Record<string, unknown>;
      messages.push({ id: Number(fields.get("id")), event, data });
    }
  })();
  return { messages, raw, done };
}

describe("GET /api/system/gpu/pressure/stream", () => {
  test("sends the state, then each change and the state after it", async () => {
    setup.poll({ a: 500 });
    const end = new AbortController();
    const stream = follow(await setup.open("max=8", null, end.signal));
    await vi.waitFor(() => expect(stream.messages).toHaveLength(1));
    setup.poll({ a: 900 });
    await vi.waitFor(() => expect(stream.messages).toHaveLength(3));
    expect(
      stream.messages.map(({ event, data }) => [event, data.advised_concurrency ?? data.level]),
    ).toEqual([
      ["state", 8],
      ["change", "warning"],
      ["state", 6],
    ]);
    const ids = stream.messages.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(stream.raw[0]).toMatch(/^retry: \d+\n\n$/);
    end.abort();
    await stream.done;
  });

  test("goes on after Last-Event-ID: from memory, and from the database what was before the start", async () => {
    setup.poll({ a: 900 });
    const first = follow(await setup.open("", null, AbortSignal.timeout(100)));
    await first.done;
    const lastId = first.messages.at(-1)?.id ?? 0;
    setup.poll({ a: 960 });
    const second = follow(await setup.open("", String(lastId), AbortSignal.timeout(100)));
    await second.done;
    expect(
      second.messages.map(({ event, data }) => [event, data.level ?? data.current_level]),
    ).toEqual([
      ["change", "critical"],
      ["state", "critical"],
    ]);

    const stored = setup.saved.map((event) => ({ ...event, sequence: event.sequence - 1e9 }));
    const restarted = setUp({ stored });
    await Promise.resolve();
    const resumed = await restarted.open(
      "",
      String((stored[0]?.sequence ?? 0) - 1),
      AbortSignal.timeout(100),
    );
    const third = follow(resumed);
    await third.done;
    expect(third.messages.map(({ event, data }) => [event, data.level])).toEqual([
      ["change", "warning"],
      ["change", "critical"],
      ["state", undefined],
    ]);
    await restarted.feature.stop();
  });

  test.each(["99999999999999", "9007199254740991", "x", ""])(
    "an id that is not ours (%j) is as none",
    async (id) => {
      setup.poll({ a: 500 });
      const end = new AbortController();
      const stream = follow(await setup.open("", id, end.signal));
      await vi.waitFor(() => expect(stream.messages.at(-1)?.event).toBe("state"));
      setup.poll({ a: 990 });
      await vi.waitFor(() => expect(stream.messages.map(({ event }) => event)).toContain("change"));
      end.abort();
      await stream.done;
    },
  );

  test("one more than 64 is told to ask instead, and the stop ends all", async () => {
    const end = new AbortController();
    const open = await Promise.all(
      Array.from({ length: 64 }, async () => follow(await setup.open("", null, end.signal))),
    );
    await expect(setup.open("", null, end.signal)).rejects.toMatchObject({ code: "TOO_MANY" });
    setup.feature.endWaits();
    await Promise.all(open.map(({ done }) => done));
  });
});

describe("over a restart", () => {
  test("the level goes on: no transition, the totals and the time are those of before", async () => {
    const totals = {
      warningCount: 3,
      criticalCount: 2,
      lastWarningAtMs: 5,
      lastCriticalAtMs: startMs - 60_000,
    };
    const restarted = setUp({
      states: [{ gpuUuid: "a", level: "critical", sinceMs: startMs - 60_000, totals }],
    });
    restarted.poll({ a: 990 }); // before the answer of the database
    await vi.waitFor(async () =>
      expect(await restarted.ask()).toMatchObject({
        current_level: "critical",
        since: "2026-11-24T11:59:00.000Z",
        total_warning_events: 3,
        total_critical_events: 2,
      }),
    );
    expect(restarted.saved).toEqual([]);
    await restarted.feature.stop();
  });

  test("without the database it works, from nothing", async () => {
    const alone = setUp({ readStates: () => Promise.reject(new Error("away")) });
    alone.poll({ a: 990 });
    await vi.waitFor(async () =>
      expect(await alone.ask()).toMatchObject({
        current_level: "critical",
        total_critical_events: 1,
      }),
    );
    await alone.feature.stop();
  });
});

describe("what others hear", () => {
  test("each event is announced with the GPU after it, and stored", () => {
    const heard: unknown[] = [];
    setup.feature.onChange((change) => heard.push(change));
    setup.poll({ a: 500 });
    setup.poll({ a: 990 });
    expect(heard).toMatchObject([
      {
        event: {
          kind: "level",
          gpuUuid: "a",
          fromLevel: "normal",
          level: "critical",
          sharePercent: 99,
        },
        gpu: { gpuUuid: "a", level: "critical" },
        thresholds: { warningPercent: 85, criticalPercent: 95 },
      },
    ]);
    expect(setup.saved).toHaveLength(1);
  });

  test("a forecast is shown, exported, and an event when it holds", async () => {
    for (let second = 0; second < 120; second++) setup.poll({ a: 600 + second });
    const { gpus } = await setup.ask();
    // 71.9 % now, 0.1 points a second: 231 s to go.
    expect(gpus[0]?.forecast).toMatchObject({ slope_per_minute: expect.closeTo(6, 3) as number });
    const { seconds_to_critical: seconds } = gpus[0]?.forecast as { seconds_to_critical: number };
    expect(seconds).toBeGreaterThan(220);
    expect(seconds).toBeLessThan(242);
    expect(setup.saved).toMatchObject([{ kind: "forecast", level: "normal" }]);
    expect(await setup.registry.metrics()).toMatch(
      /sightline_gpu_memory_critical_forecast_seconds\{gpu="0",uuid="a",host="test-host",source="smi"\} 2\d\d/,
    );
  });

  test("metrics: the level now, and transitions by level", async () => {
    setup.poll({ a: 500, b: null });
    setup.poll({ a: 860, b: null });
    setup.poll({ a: 960, b: null });
    const text = await setup.registry.metrics();
    const labels = 'gpu="0",uuid="a",host="test-host",source="smi"';
    expect(text).toContain(`sightline_gpu_memory_pressure_level{${labels}} 2`);
    expect(text).not.toMatch(/pressure_level\{gpu="1"/);
    for (const level of ["warning", "critical"])
      expect(text).toContain(
        `sightline_gpu_memory_pressure_transitions_total{${labels},level="${level}"} 1`,
      );
    setup.wait(6_000);
    expect(await setup.registry.metrics()).not.toContain("sightline_gpu_memory_pressure_level{");
  });
});
