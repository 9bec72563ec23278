import { expect, test } from "vitest";
import { FakeGpuFeed, feedSample } from "@/fixtures/fake-gpu-feed";
import { pressureChange } from "@/fixtures/pressure-change";
import { pressureMessage, systemMessages } from "./system-messages";

function messagesOf(feed: FakeGpuFeed) {
  const { gpuStats, systemStatus } = systemMessages({ fleet: feed.fleet(), health: "healthy" });
  return {
    gpuStats: gpuStats as Record<string, unknown> & { gpus: Record<string, unknown>[] },
    systemStatus: systemStatus as { data: Record<string, unknown>; timestamp: string },
  };
}

test("gpu_stats carries the flat keys of the first GPU and every GPU in gpus", () => {
  const feed = new FakeGpuFeed();
  feed.tick([feedSample(0, 42), { ...feedSample(1, 7), source: "simulated" }]);
  const { gpuStats } = messagesOf(feed);
  expect(gpuStats).toMatchObject({
    type: "gpu_stats",
    gpu_utilization: 42,
    utilization: 42,
    memory_used: 100,
    memory_total: null,
    temperature: null,
    power_usage: null,
    inference_fps: null,
    recorded_at: "2023-11-14T22:13:20.000Z",
    source: "smi",
    simulated: false,
    stale: false,
    gpu_index: 0,
    gpu_uuid: "GPU-0",
  });
  expect(gpuStats.gpus).toHaveLength(2);
  expect(gpuStats.gpus[1]).toMatchObject({ gpu_index: 1, utilization: 7, simulated: true });
});

test("a value of zero is zero and a missing one is null", () => {
  const feed = new FakeGpuFeed();
  feed.tick([feedSample(0, 0)]);
  expect(messagesOf(feed).gpuStats).toMatchObject({ utilization: 0, gpu_utilization: 0 });
  feed.tick([feedSample(0, null)]);
  expect(messagesOf(feed).gpuStats).toMatchObject({ utilization: null, gpu_utilization: null });
});

test("system_status has the reference's shape; what nothing reports is null with a reason", () => {
  const feed = new FakeGpuFeed();
  feed.tick([feedSample(0, 42)]);
  expect(messagesOf(feed).systemStatus).toEqual({
    type: "system_status",
    data: {
      gpu: {
        utilization: 42,
        memory_used: 100,
        memory_total: null,
        temperature: null,
        inference_fps: null,
        simulated: false,
        stale: false,
      },
      cameras: null,
      queue: null,
      health: "healthy",
      ai: null,
      reasons: { cameras: "no reports yet", queue: "no reports yet", ai: "no reports yet" },
    },
    timestamp: "2023-11-14T22:13:20.000Z",
  });
});

test("without any GPU every value is null and the list is empty", () => {
  const { gpuStats } = messagesOf(new FakeGpuFeed());
  expect(gpuStats).toMatchObject({
    utilization: null,
    gpu_uuid: null,
    recorded_at: null,
    gpus: [],
  });
});

test("gpu_memory_pressure says what happened, where, and against which thresholds", () => {
  expect(pressureMessage(pressureChange("GPU-0"))).toEqual({
    type: "gpu_memory_pressure",
    sequence: 4,
    kind: "level",
    at: "2023-11-14T22:13:20.000Z",
    gpu_index: 0,
    gpu_uuid: "GPU-0",
    host: "atlas",
    source: "smi",
    simulated: false,
    previous_level: "warning",
    level: "critical",
    memory_share: 96,
    memory_used: 960,
    memory_total: 1_000,
    seconds_to_critical: null,
    confidence: null,
    warning_threshold: 85,
    critical_threshold: 95,
    timestamp: "2023-11-14T22:13:20.000Z",
  });
});
