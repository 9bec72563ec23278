import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { expectedReadings } from "@/fixtures/nvidia-smi/expected-values";
import { gpuMetrics } from "./gpu-metric-facts";
import { GpuProcessList } from "./gpu-process";
import { metricCadenceMs } from "./metric-cadence";
import {
  instanceReading,
  programName,
  readSmiDetails,
  smiDetailMetrics,
  smiInstanceMetrics,
} from "./smi-details";
import { parseSmiList } from "./smi-list";
import { smiProcessLists, withSmiDetails } from "./smi-with-details";

const uuid = "GPU-51900000-0000-4000-8000-000000000000";
const xml = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log><gpu id="00000000:01:00.0">
  <mig_devices>
    <mig_device>
      <index>0</index><gpu_instance_id>2</gpu_instance_id><compute_instance_id>0</compute_instance_id>
      <ecc_error_count><volatile_count><sram_uncorrectable>3</sram_uncorrectable></volatile_count></ecc_error_count>
      <fb_memory_usage><total>40448 MiB</total><reserved>0 MiB</reserved><used>26 MiB</used></fb_memory_usage>
      <bar1_memory_usage><total>24739 MiB</total><used>0 MiB</used></bar1_memory_usage>
    </mig_device>
    <mig_device>
      <index>1</index><gpu_instance_id>3</gpu_instance_id><compute_instance_id>0</compute_instance_id>
      <fb_memory_usage><total>[N/A]</total><used>ERR!</used></fb_memory_usage>
    </mig_device>
  </mig_devices>
  <uuid>${uuid}</uuid>
  <pci><replay_counter>7</replay_counter><tx_util>1200 KB/s</tx_util><rx_util>N/A</rx_util></pci>
  <bar1_memory_usage><total>65536 MiB</total><used>9 MiB</used></bar1_memory_usage>
  <temperature><gpu_temp>36 C</gpu_temp><gpu_temp_slow_threshold>89 C</gpu_temp_slow_threshold></temperature>
  <processes>
    <process_info><gpu_instance_id>2</gpu_instance_id><compute_instance_id>0</compute_instance_id>
      <pid>10</pid><type>C</type><process_name>/opt/app/serve --key=secret</process_name><used_memory>20 MiB</used_memory></process_info>
    <process_info><gpu_instance_id>N/A</gpu_instance_id><compute_instance_id>N/A</compute_instance_id>
      <pid>11</pid><type>G</type><process_name>/usr/lib/Xorg</process_name><used_memory>N/A</used_memory></process_info>
    <process_info><pid>12</pid><type>M+C</type><process_name>[Not Found]</process_name><used_memory>5 MiB</used_memory></process_info>
    <process_info><pid>-</pid><type>C</type><process_name>x</process_name></process_info>
  </processes>
</gpu></nvidia_smi_log>`;
const list = `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${uuid})
  MIG 3g.40gb     Device  0: (UUID: MIG-00000000-0000-0000-0000-000000000001)
GPU 1: Another (UUID: GPU-51900000-0000-4000-8000-000000000001)
  MIG 1g.10gb     Device  1: (UUID: MIG-00000000-0000-0000-0000-000000000002)
`;
const details = readSmiDetails(xml, parseSmiList(list))!;
const [reading] = expectedReadings([{ capture: "h100-mig", state: "idle" }]);

describe("readSmiDetails", () => {
  test("values of the whole GPU, each null with its reason", () => {
    expect(details).toHaveLength(1);
    const { values, missing } = details[0]!.reading;
    expect(Object.fromEntries(smiDetailMetrics.map((key) => [key, values[key]]))).toEqual({
      slowdownTemperatureCelsius: 89,
      pcieReplayCounter: 7,
      pcieTransmitKbPerSecond: 1200,
      pcieReceiveKbPerSecond: null,
      bar1UsedMib: 9,
      computeProcessesCount: 2,
    });
    expect(missing.pcieReceiveKbPerSecond).toBe("not_supported");
  });

  test("MIG instances with their names from -L, or the name of older drivers", () => {
    expect(details[0]!.instances.map(({ gpuUuid, migProfile }) => [gpuUuid, migProfile])).toEqual([
      ["MIG-00000000-0000-0000-0000-000000000001", "3g.40gb"],
      [`MIG-${uuid}/3/0`, null],
    ]);
    const [first, second] = details[0]!.instances;
    expect(first!.reading.values).toMatchObject({
      memoryTotalMib: 40448,
      memoryUsedMib: 26,
      bar1UsedMib: 0,
      eccUncorrectedCount: 3,
      computeProcessesCount: 1,
      utilizationPercent: null,
    });
    expect(second!.reading.missing).toMatchObject({
      memoryTotalMib: "not_supported",
      memoryUsedMib: "read_error",
      bar1UsedMib: "unknown_to_driver",
    });
    expect(instanceReading(first!, reading!)).toMatchObject({
      parentUuid: reading!.gpuUuid,
      gpuIndex: 0,
      gpuName: "NVIDIA H100 80GB HBM3 MIG 3g.40gb",
    });
  });

  test("processes: base names only, those of an instance in its list alone, most memory first", () => {
    const lists = smiProcessLists(details, 5);
    for (const entry of lists) expect(GpuProcessList.safeParse(entry).success).toBe(true);
    expect(
      lists.map((entry) =>
        entry.processes.map(({ pid, name, kind, memoryUsedMib }) => [
          pid,
          name,
          kind,
          memoryUsedMib,
        ]),
      ),
    ).toEqual([
      [
        [12, null, "compute", 5],
        [11, "Xorg", "graphics", null],
      ],
      [[10, "serve", "compute", 20]],
      [],
    ]);
    expect(JSON.stringify(lists)).not.toContain("secret");
  });

  test("a text that is no XML of nvidia-smi is nothing", () => {
    expect(readSmiDetails("<a/>", [])).toBeNull();
    expect(readSmiDetails(xml.slice(0, -30), [])).toBeNull();
    expect(readSmiDetails("No devices were found", [])).toBeNull();
  });
});

test.each([
  ["/usr/bin/python3 train.py --token=abc /a/b", "python3"],
  [String.raw`C:\Program Files\app.exe`, "app.exe"],
  ["VLLM::EngineCore", "VLLM::EngineCore"],
  ["[Insufficient Permissions]", null],
  ["N/A", null],
  ["", null],
  ["/usr/bin/", null],
])("the program of %s is %s", (commandLine, name) => {
  expect(programName(commandLine)).toBe(name);
});

describe("withSmiDetails", () => {
  test("values in the tick after the reading, not_sampled in the others, read_error after a failure", () => {
    const [gpu, instance] = withSmiDetails([reading!], { gpus: details, news: "fresh" });
    expect(gpu!.values.pcieReplayCounter).toBe(7);
    expect(gpu!.values.memoryTotalMib).toBe(reading!.values.memoryTotalMib);
    expect(instance!.values.memoryUsedMib).toBe(26);
    for (const [news, reason] of [
      ["old", "not_sampled"],
      ["failed", "read_error"],
    ] as const) {
      const [later, laterInstance, ...rest] = withSmiDetails([reading!], { gpus: details, news });
      expect(rest).toHaveLength(1);
      expect(later!.values).toEqual(reading!.values);
      for (const metric of smiDetailMetrics) expect(later!.missing[metric]).toBe(reason);
      for (const metric of smiInstanceMetrics) expect(laterInstance!.missing[metric]).toBe(reason);
      expect(laterInstance!.missing.utilizationPercent).toBe("not_offered");
    }
    expect(withSmiDetails([reading!], { gpus: [], news: "old" })).toHaveLength(1);
  });

  test("the charts know the beat of what is in the XML", () => {
    const slow = gpuMetrics.filter(
      (metric) => metricCadenceMs(metric, { source: "smi", pollIntervalMs: 1_000 }) === 60_000,
    );
    expect(new Set(slow)).toEqual(new Set(smiDetailMetrics));
    const instance = { source: "smi", pollIntervalMs: 1_000, isInstance: true } as const;
    expect(metricCadenceMs("memoryUsedMib", instance)).toBe(60_000);
  });
});

const recordings = process.env.RECORDINGS_DIR ?? "";
test("recorded XML: every number that our fields name is the recorded one, and no N/A became one", (context) => {
  const files = recordings === "" ? [] : xmlFiles(recordings);
  if (files.length === 0) {
    context.skip("RECORDINGS_DIR does not name a folder with XML of nvidia-smi");
    return;
  }
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const read = readSmiDetails(text, []);
    expect(read?.length, file).toBe(text.match(/<gpu id=/g)?.length);
    // Found by plain search, not by our parser.
    const cell = (section: string, name: string) =>
      new RegExp(`<${section}>(?:(?!</${section}>)[\\s\\S])*?<${name}>([^<]*)<`).exec(
        text.replace(/<mig_devices>[\s\S]*?<\/mig_devices>/, ""),
      )?.[1];
    const numberOf = (found: string | undefined) =>
      found === undefined || !/^-?\d/.test(found) ? null : Number.parseFloat(found);
    const { values } = read![0]!.reading;
    expect(values.pcieReplayCounter).toBe(numberOf(cell("pci", "replay_counter")));
    expect(values.pcieTransmitKbPerSecond).toBe(numberOf(cell("pci", "tx_util")));
    expect(values.pcieReceiveKbPerSecond).toBe(numberOf(cell("pci", "rx_util")));
    expect(values.bar1UsedMib).toBe(numberOf(cell("bar1_memory_usage", "used")));
    expect(values.slowdownTemperatureCelsius).toBe(
      numberOf(cell("temperature", "gpu_temp_slow_threshold")),
    );
    const migs = [...text.matchAll(/<mig_device>([\s\S]*?)<\/mig_device>/g)].map(([, mig]) => ({
      total: Number.parseFloat(/<fb_memory_usage>\s*<total>([^<]*)/.exec(mig!)![1]!),
      used: Number.parseFloat(/<fb_memory_usage>[\s\S]*?<used>([^<]*)/.exec(mig!)![1]!),
    }));
    expect(
      read![0]!.instances.map((instance) => ({
        total: instance.reading.values.memoryTotalMib,
        used: instance.reading.values.memoryUsedMib,
      })),
    ).toEqual(migs);
    const pids = [...text.matchAll(/<pid>(\d+)<\/pid>/g)].map(([, pid]) => Number(pid));
    expect(read![0]!.processes.map(({ pid }) => pid)).toEqual(pids);
  }
});

function xmlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".xml"))
    .map((file) => path.join(folder, file))
    .filter((file) => readFileSync(file, "utf8").includes("<nvidia_smi_log>"));
}
