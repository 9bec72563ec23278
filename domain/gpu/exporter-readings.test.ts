import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  expectedReadings,
  type CaptureName,
  type CaptureState,
} from "@/fixtures/nvidia-smi/expected-values";
import { isExporterMetric } from "./exporter-metrics";
import { ExporterReadings } from "./exporter-readings";
import { ExporterText } from "./exporter-text";
import type { GpuReading } from "./collector-message";
import { gpuMetrics } from "./gpu-metric-facts";
import { quarantine } from "./quarantine";

const folder = path.join(import.meta.dirname, "../../fixtures/exporters");

function readText(text: string): GpuReading[] {
  const gpus = new ExporterReadings();
  const parser = new ExporterText({
    wants: isExporterMetric,
    onSample: (sample) => gpus.add(sample),
  });
  parser.push(Buffer.from(text, "utf8").toString("latin1"));
  parser.end();
  return gpus.readings();
}

const readFixture = (name: string) => readText(readFileSync(path.join(folder, name), "utf8"));

describe("nvidia_gpu_exporter, recorded", () => {
  test.each<[string, CaptureName, CaptureState]>([
    ["recorded/rtx-4080-super-load.prom", "rtx-4080-super", "load"],
    ["recorded/h100-mig-load.prom", "h100-mig", "load"],
    ["recorded/h200-idle.prom", "h200", "idle"],
  ])("%s tells what nvidia-smi told at that moment", (file, capture, state) => {
    const [expected] = expectedReadings([{ capture, state }]);
    const readings = readFixture(file);
    expect(readings).toHaveLength(1);
    const [reading] = readings;
    expect(reading).toMatchObject({
      gpuUuid: "GPU-00000000-0000-0000-0000-000000000000",
      gpuIndex: 0,
      gpuName: expected!.gpuName,
      vendor: "nvidia",
      memoryKind: "dedicated",
    });
    for (const metric of gpuMetrics) {
      if (metric === "computeProcessesCount") continue; // not in nvidia-smi's CSV
      expect(reading!.values[metric], metric).toBe(expected!.values[metric]);
    }
    expect(reading).not.toHaveProperty("host");
  });

  test("compute processes are counted", () => {
    const [reading] = readFixture("recorded/h100-mig-load.prom");
    expect(reading!.values.computeProcessesCount).toBe(3);
  });
});

describe("nvidia_gpu_exporter over NVML", () => {
  const uuid = "1c67088e-9ecb-4564-bb97-6151ecc2ef64";
  const text = [
    `nvidia_smi_gpu_info{uuid="${uuid}",index="3",name="NVIDIA H200"} 1`,
    `nvidia_smi_energy_joules_total{uuid="${uuid}"} 1.5e+06`,
    `nvidia_smi_pcie_throughput_tx_bytes_per_second{uuid="${uuid}"} 2.5e+06`,
    `nvidia_smi_xid_last_timestamp_seconds{uuid="${uuid}",xid="31"} 1790000000`,
    `nvidia_smi_xid_last_timestamp_seconds{uuid="${uuid}",xid="79"} 1790000100`,
    `nvidia_smi_mig_info{compute_instance_id="1",gpu_instance_id="2",mig_uuid="6a6c5d1f-3ffa-f46e-0761-8edb556c091d",profile="1c.3g.71gb",uuid="${uuid}"} 1`,
    `nvidia_smi_mig_info{compute_instance_id="0",gpu_instance_id="2",mig_uuid="292b7eb0-0beb-5abe-04b8-475f1ff17b99",profile="1c.3g.71gb",uuid="${uuid}"} 1`,
    `nvidia_smi_mig_memory_used_bytes{gpu_instance_id="2",uuid="${uuid}"} 1.073741824e+09`,
    `nvidia_smi_mig_memory_total_bytes{gpu_instance_id="2",uuid="${uuid}"} 7.5161927680e+10`,
    `nvidia_smi_mig_graphics_activity_ratio{gpu_instance_id="2",uuid="${uuid}"} 0.07`,
    "",
  ].join("\n");

  test("energy, PCIe, the latest Xid, and MIG memory once a GPU instance", () => {
    const [gpu, instance, ...rest] = readText(text);
    expect(rest).toEqual([]);
    expect(gpu).toMatchObject({ gpuUuid: `GPU-${uuid}`, gpuIndex: 3, gpuName: "NVIDIA H200" });
    expect(gpu!.values).toMatchObject({
      energyJoules: 1_500_000,
      pcieTransmitKbPerSecond: 2_500,
      xidCode: 79,
      memoryUsedMib: null,
    });
    expect(instance).toMatchObject({
      gpuUuid: "MIG-292b7eb0-0beb-5abe-04b8-475f1ff17b99",
      parentUuid: `GPU-${uuid}`,
      migProfile: "1c.3g.71gb",
      gpuIndex: 3,
      values: { memoryUsedMib: 1_024, memoryTotalMib: 71_680, utilizationPercent: 7 },
    });
  });
});

describe("dcgm-exporter", () => {
  const [first, second, ...instances] = readFixture("dcgm.prom");

  test("units, labels and host", () => {
    expect(first).toMatchObject({
      gpuUuid: "GPU-0c1d",
      gpuIndex: 0,
      gpuName: "NVIDIA A100-SXM4-40GB",
      host: "node-7",
      values: {
        smClockMhz: 1_410,
        temperatureCelsius: 61,
        powerWatts: 287.514,
        energyJoules: 1_250_000.5,
        pcieReplayCounter: 0,
        pcieTransmitKbPerSecond: 123_456.789,
        xidCode: 31,
        memoryUsedMib: null,
      },
    });
    expect(second!.values).toMatchObject({ memoryUsedMib: 3, memoryTotalMib: 40_960, xidCode: 0 });
  });

  test("MIG instances are readings of their own", () => {
    expect(
      instances.map(({ gpuUuid, parentUuid, migProfile, values }) => [
        gpuUuid,
        parentUuid,
        migProfile,
        values.memoryUsedMib,
        values.memoryTotalMib,
        values.utilizationPercent,
      ]),
    ).toEqual([
      ["MIG-GPU-0c1d/1", "GPU-0c1d", "3g.20gb", 31, 19_968, 87.5],
      ["MIG-GPU-0c1d/9", "GPU-0c1d", "1g.5gb", 14, 4_864, null],
    ]);
  });

  test("DCGM's blanks of every width and NaN are set aside with their text, and no blank passes as a number", () => {
    expect(second!.setAside).toEqual({
      temperatureCelsius: "9223372036854775794",
      powerWatts: "140737488355330.000000",
      energyJoules: "9.223372036854776e+18",
      pcieReplayCounter: "2147483632",
    });
    const { values, missing } = quarantine(second!);
    for (const metric of [
      "temperatureCelsius",
      "powerWatts",
      "energyJoules",
      "pcieReplayCounter",
      "utilizationPercent",
    ] as const) {
      expect(values[metric]).toBeNull();
      expect(missing[metric]).toBe("impossible_value");
    }
  });

  test("newer spellings, a series that stands twice, and a better name for the same", () => {
    const [reading] = readText(
      [
        'DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="GPU-0c1d"} 0.5',
        'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0c1d",hostname="node-8"} 80',
        'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0c1d",hostname="node-8"} 90',
        'DCGM_FI_DEV_CLOCKS_EVENT_REASONS{gpu="0",gpu_uuid="GPU-0c1d"} 36',
        "",
      ].join("\n"),
    );
    expect(reading).toMatchObject({
      host: "node-8",
      values: { utilizationPercent: 80, throttleReasons: 36 },
    });
  });

  test("a value of a lower rank is better than a blank", () => {
    const [reading] = readText(
      'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0c1d"} 9223372036854775794\nDCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="GPU-0c1d"} 0.5\n',
    );
    expect(reading!.values.utilizationPercent).toBe(50);
    expect(reading).not.toHaveProperty("setAside");
  });

  test("labels that would be a prototype, no UUID or a strange one: no GPU and no harm", () => {
    expect(
      readText(
        'DCGM_FI_DEV_GPU_UTIL{__proto__="x"} 1\nDCGM_FI_DEV_GPU_UTIL{UUID="../../etc"} 1\nDCGM_FI_DEV_GPU_UTIL{UUID="__proto__"} 1\n',
      ),
    ).toEqual([]);
  });
});

const recordings = process.env.RECORDINGS_DIR ?? "";
test("the recorded sample of dcgm-exporter: every value as it stands there", (context) => {
  const file = path.join(recordings, "dcgm-exporter/metrics_valid.prom");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    context.skip("RECORDINGS_DIR holds no dcgm-exporter/metrics_valid.prom");
    return;
  }
  const [gpu, instance] = readText(text);
  expect(gpu).toMatchObject({
    gpuUuid: "GPU-aaa",
    host: "host1",
    values: {
      utilizationPercent: 80,
      memoryUsedMib: 1024,
      xidCode: 31,
      pcieTransmitKbPerSecond: 123.456,
      memoryTotalMib: null,
    },
  });
  expect(instance).toMatchObject({
    parentUuid: "GPU-aaa",
    migProfile: "1g.10gb",
    values: { utilizationPercent: 60 },
  });
});

test("a GPU with the host's memory has no figures of its own, whatever the exporter says", () => {
  const labels = '{gpu="0",UUID="GPU-b10",modelName="NVIDIA GB10"}';
  const [reading] = readText(
    ["GPU_UTIL", "FB_USED", "FB_FREE"].map((name) => `DCGM_FI_DEV_${name}${labels} 0\n`).join(""),
  );
  expect(reading).toMatchObject({
    memoryKind: "unified",
    values: { utilizationPercent: 0, memoryUsedMib: null, memoryTotalMib: null },
    missing: { memoryUsedMib: "not_supported", memoryTotalMib: "not_supported" },
  });
});
