import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import {
  buildNvmlStub,
  canBuildNvmlStub,
  controlLoadedStub,
  type NvmlStub,
} from "@/fixtures/nvml/build-stub";
import { createNvmlReader, type NvmlReaderOptions } from "./nvml-reader";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function read(options: Partial<NvmlReaderOptions> = {}) {
  const seen = {
    ticks: [] as GpuReading[][],
    details: [] as string[],
    failures: [] as string[],
    processes: [] as GpuProcessList[][],
  };
  const reader = createNvmlReader({ path: null, intervalMs: 50, ...options });
  const start = () => {
    stops.push(
      reader.start({
        onTick: (readings, detail) => {
          seen.ticks.push(readings);
          seen.details.push(detail);
        },
        onFailure: (detail) => seen.failures.push(detail),
        onProcesses: (lists) => seen.processes.push(lists),
      }),
    );
  };
  start();
  return { seen, reader, start };
}

test("no library: one clause without its path", async () => {
  const { seen } = read({ path: "/secret/place/libnvidia-ml.so.1" });
  await expect
    .poll(() => seen.failures)
    .toEqual(["NVML_LIBRARY_PATH names no library that can be loaded"]);
});

test("after a collector that it hung it is left alone, and says so", async () => {
  const { seen, start } = read({ path: "/nowhere", pauseMs: 300 });
  await expect.poll(() => seen.failures).toEqual(["stopped answering; it is tried again later"]);
  await new Promise((resolve) => setTimeout(resolve, 320));
  start();
  await expect.poll(() => seen.failures.at(-1)).toMatch(/^NVML_LIBRARY_PATH/);
});

describe.skipIf(!canBuildNvmlStub())("with the stub", () => {
  let stub: NvmlStub;
  let control: (...lines: string[]) => void;
  beforeAll(() => {
    stub = buildNvmlStub();
    control = controlLoadedStub(stub.library);
  });
  afterAll(() => stub.remove());
  const readStub = (options: Partial<NvmlReaderOptions> = {}) => {
    control("reset", "count 1");
    return read({ path: stub.library, ...options });
  };

  test("ticks go on until it is stopped, and nothing comes after", async () => {
    const { seen } = readStub();
    await expect.poll(() => seen.ticks.length).toBeGreaterThan(2);
    expect(seen.details[0]).toBe("reads 1 GPU");
    for (const stop of stops.splice(0)) stop();
    const { length } = seen.ticks;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen.ticks).toHaveLength(length);
    expect(seen.failures).toEqual([]);
  });

  test.each([
    [9, "the NVIDIA driver is not loaded"],
    [18, "the NVIDIA driver and its library differ in version: restart the machine"],
    [999, "the NVIDIA driver reported error 999"],
  ])("code %d at the start: %s", async (code, says) => {
    control("reset", `code nvmlInit_v2 ${code}`);
    const { seen } = read({ path: stub.library });
    await expect.poll(() => seen.failures).toEqual([says]);
  });

  test("a library that forgot us is initialised again; when that does not help the source has failed", async () => {
    const { seen } = readStub();
    await expect.poll(() => seen.ticks.length).toBeGreaterThan(0);
    control("code nvmlDeviceGetPowerUsage 1");
    await expect.poll(() => seen.failures).toEqual(["the NVIDIA driver reported error 1"]);
    const { seen: again } = readStub();
    await expect.poll(() => again.ticks.length).toBeGreaterThan(0);
    control("shutdown");
    const { length } = again.ticks;
    await expect.poll(() => again.ticks.length).toBeGreaterThan(length + 2);
    expect(again.failures).toEqual([]);
  });

  test("an initialisation that takes its time holds up nothing; one that never ends is given up, and not tried beside itself", async () => {
    control("reset", "count 1", "hang nvmlInit_v2 1500");
    const { seen, start } = read({ path: stub.library, startWithinMs: 300 });
    const startedMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(performance.now() - startedMs).toBeLessThan(1_400); // this event loop went on
    await expect.poll(() => seen.failures).toEqual(["the NVIDIA driver does not answer"]);
    start();
    await expect.poll(() => seen.failures).toHaveLength(2);
    control("reset", "count 1");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    start();
    await expect.poll(() => seen.ticks.length).toBeGreaterThan(0);
  });

  test("processes on demand, at most one reading in 2 s", async () => {
    const { seen, reader } = readStub();
    await expect.poll(() => seen.processes.length).toBe(1);
    for (let i = 0; i < 5; i++) reader.readProcesses?.();
    expect(seen.processes).toHaveLength(6);
    const readAt = seen.processes.slice(1).map(([list]) => list?.readAtMs);
    expect(new Set(readAt).size).toBe(1);
  });
});
