import pino from "pino";
import { Registry } from "@prometheus-io/client";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HealthReport, ReadinessReport } from "@/domain/health/health-report";
import type { GpuSource } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import type { AiSettings } from "./check-ai";
import { registerHealthMetrics } from "./health-metrics";
import { HealthMonitor } from "./health-monitor";
import { healthRoutes } from "./health-routes";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { routeRequest } from "@/fixtures/route-request";
import type { Actor } from "@/server/policy/policy";

function setUp(settings: Partial<AiSettings> = {}) {
  const state = {
    nowMs: 1_700_000_000_000,
    monotonicMs: 5_000,
    pings: 0,
    ping: async (): Promise<Record<string, unknown>> => ({ version: "18.4" }),
    storage: { problem: null as string | null, details: {} as Record<string, unknown> },
    sources: [] as SourceStatus[],
    workers: [{ name: "gpu_collector", running: true, message: "The collector runs." }],
  };
  vi.spyOn(performance, "now").mockImplementation(() => state.monotonicMs);
  const monitor = new HealthMonitor({
    pingDatabase: () => {
      state.pings += 1;
      return state.ping();
    },
    storage: () => state.storage,
    sources: () => state.sources,
    settings: { aiHealthUrls: [], gpuSources: null, ...settings },
    workers: () => state.workers,
    logger: pino({ level: "silent" }),
    nowMs: () => state.nowMs,
  });
  const routes = healthRoutes(monitor, () => state.nowMs);
  const ask = async (path: string, actor: Actor = userActor("viewer")) => {
    const route = routes.find((entry) => entry.path === path);
    if (!route) throw new Error(`no route ${path}`);
    const answer = await route.handle(routeRequest({ actor }));
    return { status: answer.status, body: JSON.parse(answer.body as string) as unknown };
  };
  const later = () => {
    state.nowMs += 1_000;
    state.monotonicMs += 1_000;
  };
  return { state, monitor, ask, later };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const down = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.5:5432"));
const sourceStatus = (
  source: GpuSource,
  state: SourceStatus["state"],
  more: Partial<SourceStatus> = {},
): SourceStatus => ({ source, state, detail: "reads it", checkedAtMs: null, ...more });
const smiActive = sourceStatus("smi", "active");

describe("health", () => {
  test("a fresh start without any stack is healthy, and says what is not configured", async () => {
    const { monitor, ask } = setUp();
    await monitor.start();
    const { status, body } = await ask("/api/system/health");
    expect(status).toBe(200);
    const report = HealthReport.parse(body);
    expect(report).toMatchObject({
      status: "healthy",
      status_value: 1,
      services: {
        database: { status: "healthy", status_value: 1, details: { version: "18.4" } },
        redis: { status: "not_configured", status_value: null },
        ai: { status: "not_configured", status_value: null },
      },
      recent_events: [{ service: "portal", event_type: "restart" }],
    });
    expect(report.memory?.rss_mb).toBeGreaterThan(0);
    expect((await ask("/api/health")).body).toMatchObject({ status: "healthy" });
    monitor.stop();
  });

  test("whoever may not read learns whether it works, and nothing of what it is made of", async () => {
    const { state, ask, later } = setUp();
    const bare = { timestamp: new Date(state.nowMs).toISOString() };
    for (const path of ["/api/health", "/api/system/health"])
      for (const actor of [anonymousActor, keyActor("ingest")])
        expect(await ask(path, actor)).toEqual({
          status: 200,
          body: { status: "healthy", ...bare },
        });
    expect((await ask("/api/health", keyActor("read"))).body).toHaveProperty("services");
    state.ping = down;
    later();
    const failed = await ask("/api/system/health", anonymousActor);
    expect(failed.status).toBe(503);
    expect(Object.keys(failed.body as object)).toEqual(["status", "timestamp"]);
  });

  test("a database that is down is 503 unhealthy, without its address; it recovers by itself", async () => {
    const { state, ask, later } = setUp();
    await ask("/api/system/health");
    state.ping = down;
    later();
    const failed = await ask("/api/system/health");
    expect(failed.status).toBe(503);
    expect(failed.body).toMatchObject({
      status: "unhealthy",
      status_value: 0,
      services: { database: { status: "unhealthy", status_value: 0 } },
    });
    expect(JSON.stringify(failed.body)).not.toMatch(/10\.0\.0\.5|ECONNREFUSED/);
    state.ping = async () => ({});
    later();
    const report = HealthReport.parse((await ask("/api/system/health")).body);
    expect(report.status).toBe("healthy");
    expect(report.recent_events.map(({ event_type }) => event_type)).toEqual([
      "recovery",
      "failure",
      "restart",
    ]);
  });

  test("a database that takes no samples is degraded, and the portal ready; the cause and what waits are named", async () => {
    const { monitor, state, ask, later } = setUp();
    await monitor.start();
    const problem = "The disk of the database is full: free space on it.";
    state.storage = { problem, details: { spool: { samples: 12 } } };
    later();
    const expected = {
      services: {
        database: {
          status: "degraded",
          message: expect.stringContaining(problem) as string,
          details: { version: "18.4", spool: { samples: 12 } },
        },
      },
    };
    expect((await ask("/api/system/health")).body).toMatchObject(expected);
    expect((await ask("/ready")).status).toBe(200);
    state.ping = down;
    later();
    const { status, body } = await ask("/api/system/health");
    expect(status).toBe(503);
    expect(body).toMatchObject({
      services: { database: { status: "unhealthy", details: { spool: { samples: 12 } } } },
    });
    expect(JSON.stringify(body)).toContain(problem);
    monitor.stop();
  });

  test("a database that hangs is unhealthy after 300 ms, and is not asked a second time meanwhile", async () => {
    const { state, ask, later } = setUp();
    let release = (_details: Record<string, unknown>) => undefined as unknown;
    state.ping = () => new Promise((resolve) => (release = resolve));
    const late = await ask("/api/system/health");
    expect(late.status).toBe(503);
    expect(JSON.stringify(late.body)).toContain("The database takes longer than 0.3 s to answer.");
    later();
    expect((await ask("/api/system/health")).status).toBe(503);
    expect(state.pings).toBe(1);
    release({});
    later();
    state.ping = async () => ({});
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask("/api/system/health")).status).toBe(200);
  });

  test("100 requests at once make one check, and so do those within a second", async () => {
    const { state, ask, later } = setUp();
    await Promise.all(Array.from({ length: 100 }, () => ask("/api/system/health")));
    await ask("/ready");
    expect(state.pings).toBe(1);
    later();
    await ask("/ready");
    expect(state.pings).toBe(2);
  });

  test("a clock that is set back does not freeze what was found before", async () => {
    const { state, ask, later } = setUp();
    await ask("/api/system/health");
    state.ping = down;
    later();
    state.nowMs -= 3_600_000;
    expect((await ask("/api/system/health")).status).toBe(503);
  });

  test("events are bounded and the newest stand first", async () => {
    const { monitor, later } = setUp();
    for (let n = 0; n < 80; n++) {
      later();
      monitor.recordRestart("gpu_collector", `restart ${n}`);
    }
    const { recent_events } = await monitor.report();
    expect(recent_events).toHaveLength(50);
    expect(recent_events[0]?.message).toBe("restart 79");
  });
});

describe("AI services", () => {
  const aiHealthUrls = ["http://10.0.0.5/health", "http://10.0.0.6/health"];

  test.each([
    [[sourceStatus("health", "active")], "healthy", "The AI services answer.", 200],
    [
      [sourceStatus("health", "active", { isPartial: true, detail: "reads 1 of 2 AI services" })],
      "degraded",
      "Some AI services do not answer their health address; the others do.",
      503,
    ],
    [
      [sourceStatus("health", "unavailable")],
      "unhealthy",
      "No AI service answers its health address.",
      503,
    ],
    [
      [smiActive, sourceStatus("health", "standby")],
      "healthy",
      "The AI services are not asked while nvidia-smi answers.",
      200,
    ],
    [[sourceStatus("health", "standby")], "healthy", "The AI services are not asked now.", 200],
    [[], "degraded", "The AI services have not been asked yet.", 503],
    [[smiActive], "healthy", "Another portal reads the GPUs; this one asks no AI service.", 200],
  ] as const)("%j: %s, %s", async (...row) => {
    const [sources, expected, message, status] = row;
    const { state, ask } = setUp({ aiHealthUrls });
    state.sources = [...sources];
    const answer = await ask("/api/system/health");
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      status: status === 200 ? "healthy" : "degraded",
      services: { ai: { status: expected, message } },
    });
  });

  test.each([
    [[], ["health"], "No AI service is configured: set AI_HEALTH_URLS."],
    [[], null, "No AI service is configured: set AI_HEALTH_URLS."],
    [
      aiHealthUrls,
      ["smi"],
      "AI_HEALTH_URLS is set, but the AI services are not asked: add health to GPU_SOURCES.",
    ],
  ] as [string[], GpuSource[] | null, string][])(
    "addresses %j, sources %j: not configured, and which setting is missing",
    async (urls, gpuSources, message) => {
      const { state, ask } = setUp({ aiHealthUrls: urls, gpuSources });
      state.sources = [smiActive];
      const { status, body } = await ask("/api/system/health");
      expect(status).toBe(200);
      expect(body).toMatchObject({ services: { ai: { status: "not_configured", message } } });
    },
  );
});

describe("readiness", () => {
  test("ready only between start and stop", async () => {
    const { monitor, ask } = setUp();
    expect(await ask("/ready")).toMatchObject({ status: 503, body: { status: "not_ready" } });
    await monitor.start();
    const ready = await ask("/api/system/health/ready");
    expect(ready.status).toBe(200);
    expect(ReadinessReport.parse(ready.body)).toMatchObject({ ready: true, status: "ready" });
    monitor.stop();
    expect(await ask("/ready")).toMatchObject({ status: 503, body: { ready: false } });
  });

  test("not ready without the database; degraded without its worker", async () => {
    const { state, monitor, ask, later } = setUp();
    await monitor.start();
    state.workers = [{ name: "gpu_collector", running: false, message: "x" }];
    expect(await ask("/ready")).toMatchObject({ status: 503, body: { status: "degraded" } });
    state.ping = down;
    later();
    expect(await ask("/ready")).toMatchObject({ status: 503, body: { status: "not_ready" } });
    monitor.stop();
  });

  test("whoever may not read learns whether it is ready, and nothing of what it is made of", async () => {
    const { state, monitor, ask } = setUp();
    const timestamp = new Date(state.nowMs).toISOString();
    await monitor.start();
    for (const path of ["/ready", "/api/system/health/ready"])
      for (const actor of [anonymousActor, keyActor("ingest")])
        expect(await ask(path, actor)).toEqual({
          status: 200,
          body: { ready: true, status: "ready", timestamp },
        });
    expect((await ask("/ready", keyActor("read"))).body).toHaveProperty("services");
    monitor.stop();
    expect(await ask("/ready", anonymousActor)).toEqual({
      status: 503,
      body: { ready: false, status: "not_ready", timestamp },
    });
  });

  test("alive is alive whatever else is down", async () => {
    const { state, ask } = setUp();
    state.ping = down;
    expect(await ask("/health")).toEqual({ status: 200, body: { status: "alive" } });
    expect(await ask("/api/system/health/live")).toEqual({
      status: 200,
      body: { status: "alive", timestamp: "2023-11-14T22:13:20.000Z" },
    });
  });
});

test("metrics carry the numbers, no series for what is not configured, and can be taken off", async () => {
  const { state, monitor, later } = setUp();
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const off = registerHealthMetrics(registry, monitor);
  await monitor.report();
  const text = await registry.metrics();
  expect(text).toMatch(/^hsi_system_healthy 1$/m);
  expect(text).toMatch(/^hsi_database_healthy 1$/m);
  expect(text).not.toMatch(/^hsi_redis_healthy \d/m);
  state.ping = down;
  later();
  await monitor.report();
  expect(await registry.metrics()).toMatch(/^hsi_database_healthy 0$/m);
  off();
  expect(await registry.metrics()).not.toContain("hsi_");
});
