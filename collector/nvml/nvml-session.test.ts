import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { cadenceTier } from "@/domain/gpu/metric-cadence";
import { quarantine } from "@/domain/gpu/quarantine";
import {
  buildNvmlStub,
  canBuildNvmlStub,
  controlLoadedStub,
  type NvmlStub,
} from "@/fixtures/nvml/build-stub";
import { openNvmlLibrary } from "./nvml-library";
import { NvmlSession } from "./nvml-session";

const NOW = Date.UTC(2026, 4, 1, 12);

describe.skipIf(!canBuildNvmlStub())("a session with the stub", () => {
  let stub: NvmlStub;
  let control: (...lines: string[]) => void;
  beforeAll(() => {
    stub = buildNvmlStub();
    control = controlLoadedStub(stub.library);
  });
  afterAll(() => stub.remove());
  beforeEach(() => control("reset", "count 1"));

  async function open(intervalMs = 1_000): Promise<NvmlSession> {
    const library = await openNvmlLibrary(stub.library);
    const session = new NvmlSession({ library, intervalMs, nowMs: () => NOW });
    expect(await session.initialise()).toBe(0);
    return session;
  }
  const first = (session: NvmlSession, nowMs = 0) => session.poll(nowMs).readings[0]!;

  test("every value of a GPU, in our units", async () => {
    const session = await open();
    const reading = first(session);
    expect(reading).toMatchObject({
      gpuUuid: "GPU-57b00000-0000-4000-8000-000000000000",
      gpuIndex: 0,
      gpuName: "Stub GPU 0",
      vendor: "nvidia",
      memoryKind: "dedicated",
      parentUuid: null,
      migProfile: null,
    });
    expect(quarantine(reading).values).toEqual({
      utilizationPercent: 40,
      memoryUsedMib: 40_000,
      memoryTotalMib: 81_559,
      temperatureCelsius: 55,
      powerWatts: 350.5,
      inferenceFps: null,
      fanSpeedPercent: 30,
      smClockMhz: 1_980,
      memoryBandwidthPercent: 20,
      performanceState: 0,
      throttleReasons: 4,
      powerLimitWatts: 700,
      smClockMaxMhz: 1_980,
      computeProcessesCount: 0,
      pcieReplayCounter: 3,
      slowdownTemperatureCelsius: 87,
      memoryClockMhz: 2_619,
      memoryClockMaxMhz: 2_619,
      pcieLinkGeneration: 5,
      pcieLinkWidth: 16,
      pcieTransmitKbPerSecond: 120_000,
      pcieReceiveKbPerSecond: 90_000,
      encoderUtilizationPercent: 0,
      decoderUtilizationPercent: 1,
      bar1UsedMib: 256,
      energyJoules: 123_456.789,
      eccCorrectedCount: 2,
      eccUncorrectedCount: 0,
      nvlinkTransmitKbPerSecond: null,
      nvlinkReceiveKbPerSecond: null,
      xidCode: 0,
    });
    expect(reading.missing).toEqual({
      inferenceFps: "not_reported",
      nvlinkTransmitKbPerSecond: "not_sampled", // a rate needs two readings
      nvlinkReceiveKbPerSecond: "not_sampled",
    });
  });

  test("each value on its own beat, with a timer that is never exact", async () => {
    const session = await open();
    const reads: Record<string, number> = {};
    for (let second = 0; second < 180; second++) {
      const jitterMs = (second * 7_919) % 40;
      const { values, missing } = first(session, second * 1_000 + jitterMs - 20);
      for (const metric of gpuMetrics) {
        if (values[metric] !== null) reads[metric] = (reads[metric] ?? 0) + 1;
        else expect(missing[metric]).toMatch(/^not_(sampled|reported)$/);
      }
    }
    const expected = { tick: 180, moderate: 36, slow: 3 };
    for (const metric of gpuMetrics.filter((one) => one !== "inferenceFps")) {
      const isRate = metric.startsWith("nvlink");
      expect([metric, reads[metric]]).toEqual([
        metric,
        expected[cadenceTier(metric)] - (isRate ? 1 : 0),
      ]);
    }
  });

  test("the GPUs of a host do their slow reading on different ticks", async () => {
    control("count 4");
    const session = await open();
    session.poll(0);
    const slow: number[] = [];
    for (let second = 1; second <= 60; second++) {
      const { readings } = session.poll(second * 1_000);
      const many = readings.filter(({ values }) => values.fanSpeedPercent !== null).length;
      if (many > 0) slow.push(many);
    }
    expect(slow).toEqual([1, 1, 1, 1]);
  });

  test("NVLink: what went over it since the last reading, and nothing after a new start of the counter", async () => {
    const session = await open();
    session.poll(0);
    control("set 0 nvlink_transmit 7000000", "set 0 nvlink_receive 2000000");
    expect(first(session, 60_000).values).toMatchObject({
      nvlinkTransmitKbPerSecond: 100_000,
      nvlinkReceiveKbPerSecond: 0,
    });
    control("set 0 nvlink_transmit 5");
    expect(first(session, 120_000).missing.nvlinkTransmitKbPerSecond).toBe("not_sampled");
  });

  test("an Xid is told from the tick after it on", async () => {
    const session = await open();
    expect(first(session).values.xidCode).toBe(0);
    control("set 0 xid 79");
    expect(first(session, 1_000).values.xidCode).toBe(79);
    expect(first(session, 2_000).values.xidCode).toBe(79);
  });

  test("one call that fails costs its own value alone", async () => {
    control("code nvmlDeviceGetPowerUsage 3", "code nvmlDeviceGetUtilizationRates 999");
    const { values, missing } = first(await open());
    expect(missing).toMatchObject({
      powerWatts: "not_supported",
      utilizationPercent: "read_error",
      memoryBandwidthPercent: "read_error",
    });
    expect(values).toMatchObject({ powerWatts: null, memoryUsedMib: 40_000 });
  });

  test("unified memory is null with its reason, never 0", async () => {
    control(
      "name 0 Stub GB10",
      "code nvmlDeviceGetMemoryInfo 3",
      "code nvmlDeviceGetMemoryInfo_v2 3",
    );
    expect(first(await open())).toMatchObject({
      memoryKind: "unified",
      values: { memoryUsedMib: null, memoryTotalMib: null },
      missing: { memoryUsedMib: "not_supported", memoryTotalMib: "not_supported" },
    });
    control("reset", "count 1", "name 0 Stub GB10", "set 0 memory_total 0", "set 0 memory_used 0");
    expect(first(await open())).toMatchObject({
      memoryKind: "unified",
      values: { memoryUsedMib: null, memoryTotalMib: null },
    });
  });

  test("an older driver that refuses the newer structure is read by the older one", async () => {
    control("code nvmlDeviceGetMemoryInfo_v2 25");
    // The older form counts what the driver keeps for itself.
    expect(first(await open()).values.memoryUsedMib).toBe(40_500);
  });

  describe("MIG", () => {
    beforeEach(() =>
      control(
        "set 0 mig_mode 1",
        "set 0 mig_count 2",
        "code nvmlDeviceGetUtilizationRates 3",
        "process 0 compute 4242 1073741824",
      ),
    );

    test("instances follow their GPU, with their memory and without an invented utilisation", async () => {
      const { readings, detail } = (await open()).poll(0);
      expect(detail).toBe("reads 1 GPU and 2 MIG instances");
      expect(readings.map(({ gpuUuid }) => gpuUuid.slice(0, 4))).toEqual(["GPU-", "MIG-", "MIG-"]);
      expect(readings[1]).toMatchObject({
        gpuIndex: 0,
        gpuName: "Stub GPU 0 MIG 1g.10gb",
        parentUuid: readings[0]!.gpuUuid,
        migProfile: "1g.10gb",
        values: {
          memoryUsedMib: 1_024,
          memoryTotalMib: 9_984,
          utilizationPercent: null,
          powerWatts: null,
          computeProcessesCount: 1,
        },
        missing: { utilizationPercent: "not_supported", powerWatts: "not_supported" },
      });
      expect(readings[1]!.missing.memoryUsedMib).toBeUndefined();
      expect(readings[0]!.missing.utilizationPercent).toBe("not_supported");
    });

    test("an instance that is destroyed is gone within 6 s, and a new one is found within a minute", async () => {
      const session = await open();
      session.poll(0);
      control("set 0 mig_count 1");
      for (let second = 1; second <= 6; second++) session.poll(second * 1_000);
      expect(session.poll(7_000).readings).toHaveLength(2);
      control("set 0 mig_count 3");
      expect(session.poll(68_000).readings).toHaveLength(4);
    });
  });

  describe("GPUs that come and go", () => {
    test("one that is lost leaves; the other goes on", async () => {
      control("count 2");
      const session = await open();
      session.poll(0);
      control("set 0 lost 1");
      const lost = session.poll(1_000);
      expect(lost.readings[0]).toMatchObject({
        values: { utilizationPercent: null },
        missing: { utilizationPercent: "read_error" },
      });
      const after = session.poll(2_000);
      expect(after.readings.map(({ gpuIndex }) => gpuIndex)).toEqual([1]);
      expect(after).toMatchObject({
        detail: "reads 1 GPU; 1 GPU cannot be read",
        isPartial: true,
        failure: null,
      });
      control("set 0 lost 0");
      expect(session.poll(62_000).readings).toHaveLength(2);
    });

    test("when all are lost the source has failed, and says why", async () => {
      const session = await open();
      session.poll(0);
      control("set 0 lost 1");
      session.poll(1_000);
      expect(session.poll(2_000).failure).toBe("the NVIDIA driver lost a GPU: restart the machine");
    });

    test("none, or more than can be", async () => {
      control("count 0");
      expect((await open()).poll(0).failure).toBe("the NVIDIA driver found no GPU");
      control("count 4000000000");
      expect((await open()).poll(0).readings.length).toBeLessThanOrEqual(64);
    });
  });

  test("a driver that answers only errors has failed", async () => {
    const session = await open();
    session.poll(0);
    const failing = ["UtilizationRates", "MemoryInfo", "MemoryInfo_v2", "PowerUsage"];
    control(...failing.map((name) => `code nvmlDeviceGet${name} 18`));
    expect(session.poll(1_000).failure).toBeNull();
    expect(session.poll(2_000).failure).toBe(
      "the NVIDIA driver and its library differ in version: restart the machine",
    );
  });

  test("a name without an end is cut", async () => {
    control("set 0 endless_name 1");
    const { gpuName } = first(await open());
    expect(gpuName?.length).toBeLessThanOrEqual(96);
  });

  describe("processes", () => {
    test("most memory first, computing and drawing together, names from the kernel", async () => {
      control(
        `process 0 compute ${process.pid} 1073741824`,
        "process 0 compute 4194304 2147483648",
        `process 0 graphics ${process.pid} 1073741824`,
        "process 0 graphics 4194303 18446744073709551615",
      );
      const session = await open();
      const [list] = session.poll(0).processes;
      expect(list).toMatchObject({ readAtMs: NOW, isCut: false, problem: null });
      expect(list?.processes).toMatchObject([
        { pid: 4_194_304, kind: "compute", memoryUsedMib: 2_048, name: null },
        { pid: process.pid, kind: "both", memoryUsedMib: 1_024 },
        { pid: 4_194_303, kind: "graphics", memoryUsedMib: null, containerId: null },
      ]);
      expect(session.poll(1_000).processes).toEqual([]);
      expect(session.readProcesses()).toHaveLength(1);
    });

    test("more than are shown are cut, and said to be", async () => {
      control("set 0 process_count 300");
      const session = await open();
      const { processes, readings } = session.poll(0);
      expect(processes[0]?.processes).toHaveLength(256);
      expect(processes[0]?.isCut).toBe(true);
      expect(readings[0]?.values.computeProcessesCount).toBe(300);
    });

    test.each([
      ["nvmlDeviceGetComputeRunningProcesses_v2 13", "nvmlDeviceGetGraphicsRunningProcesses_v2 13"],
      ["nvmlDeviceGetComputeRunningProcesses_v2 25", "nvmlDeviceGetComputeRunningProcesses_v3 25"],
    ])("an older or newer form of the call: %s, %s", async (...codes) => {
      control(...codes.map((code) => `code ${code}`), "process 0 compute 4194304 2147483648");
      const [list] = (await open()).poll(0).processes;
      expect(list?.processes).toMatchObject([{ pid: 4_194_304, memoryUsedMib: 2_048 }]);
    });

    test("a driver that does not let us look says so, and the count is null", async () => {
      control(
        ...["Compute", "Graphics"].flatMap((kind) =>
          ["", "_v2", "_v3"].map((form) => `code nvmlDeviceGet${kind}RunningProcesses${form} 4`),
        ),
      );
      const { processes, readings } = (await open()).poll(0);
      expect(processes[0]?.problem).toBe("the NVIDIA driver does not let this user read the GPUs");
      expect(readings[0]?.missing.computeProcessesCount).toBe("read_error");
    });
  });

  test("a library without a function: its values have the reason unknown_to_driver", async () => {
    const optional: Partial<Record<GpuMetric, string[]>> = {
      fanSpeedPercent: ["nvmlDeviceGetFanSpeed"],
      energyJoules: ["nvmlDeviceGetTotalEnergyConsumption"],
      xidCode: ["nvmlEventSetWait_v2"],
      computeProcessesCount: ["", "_v2", "_v3"].map(
        (form) => `nvmlDeviceGetComputeRunningProcesses${form}`,
      ),
      nvlinkTransmitKbPerSecond: ["nvmlDeviceGetFieldValues"],
    };
    const older = buildNvmlStub({
      without: [...Object.values(optional).flat(), "nvmlDeviceGetCurrentClocksEventReasons"],
    });
    try {
      const library = await openNvmlLibrary(older.library);
      const session = new NvmlSession({ library, intervalMs: 1_000, nowMs: () => NOW });
      await session.initialise();
      const { values, missing } = first(session);
      for (const metric of Object.keys(optional)) {
        expect(gpuMetricFacts).toHaveProperty(metric);
        expect([metric, missing[metric as GpuMetric]]).toEqual([metric, "unknown_to_driver"]);
      }
      expect(values.throttleReasons).toBe(4); // by its older name
    } finally {
      older.remove();
    }
  });
});

test("a library that is not there, and one that is another", async () => {
  await expect(openNvmlLibrary("/nowhere/libnvidia-ml.so.1")).rejects.toThrow(
    "NVML_LIBRARY_PATH names no library that can be loaded",
  );
  await expect(openNvmlLibrary("libm.so.6")).rejects.toThrow("the library is not NVIDIA's");
});
