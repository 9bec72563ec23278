import type { GpuReading } from "./collector-message";
import type { GpuMetric } from "./gpu-metric";
import type { GpuProcess } from "./gpu-process";
import { emptyReading, type GpuSample } from "./gpu-sample";
import type { SmiColumn } from "./smi-columns";
import type { SmiListedInstance } from "./smi-list";
import { parseSmiValue } from "./smi-value";
import { elementsNamed, findElement, parseSmiXml, type XmlElement } from "./smi-xml";

type Values = Pick<GpuSample, "values" | "missing">;

/** What `nvidia-smi -q -x` says of one GPU beyond its CSV. */
export interface SmiGpuDetails {
  gpuUuid: string;
  /** The values of `smiDetailMetrics` or why they are missing; all others are to be left as they are. */
  reading: Values;
  instances: SmiInstance[];
  /** Of the GPU itself and of all its instances. */
  processes: SmiProcess[];
}

export interface SmiInstance {
  gpuUuid: string;
  migProfile: string | null;
  gpuInstanceId: number;
  computeInstanceId: number | null;
  reading: Values;
}

export interface SmiProcess extends Pick<GpuProcess, "pid" | "name" | "kind" | "memoryUsedMib"> {
  gpuInstanceId: number | null;
  computeInstanceId: number | null;
}

interface Field {
  path: readonly string[];
  column: SmiColumn;
}

const field = (unit: SmiColumn["unit"], ...path: string[]): Field => ({
  path,
  column: { names: [], unit, format: "decimal" },
});

/** Paths below `<gpu>`. `gpu_temp_slow_tlimit_threshold` of newer drivers is a distance, not a temperature. */
const gpuFields: Partial<Record<GpuMetric, Field>> = {
  slowdownTemperatureCelsius: field("C", "temperature", "gpu_temp_slow_threshold"),
  pcieReplayCounter: field("", "pci", "replay_counter"),
  pcieTransmitKbPerSecond: field("KB/s", "pci", "tx_util"),
  pcieReceiveKbPerSecond: field("KB/s", "pci", "rx_util"),
  bar1UsedMib: field("MiB", "bar1_memory_usage", "used"),
};

/** Paths below `<mig_device>`. */
const instanceFields: Partial<Record<GpuMetric, Field>> = {
  memoryUsedMib: field("MiB", "fb_memory_usage", "used"),
  memoryTotalMib: field("MiB", "fb_memory_usage", "total"),
  bar1UsedMib: field("MiB", "bar1_memory_usage", "used"),
  eccUncorrectedCount: field("", "ecc_error_count", "volatile_count", "sram_uncorrectable"),
};

/** What of a whole GPU is read on the beat of the XML and not with each tick. */
export const smiDetailMetrics = [
  ...(Object.keys(gpuFields) as GpuMetric[]),
  "computeProcessesCount",
] as const satisfies readonly GpuMetric[];

/** The same of a MIG instance: all that is known of one. */
export const smiInstanceMetrics = [
  ...(Object.keys(instanceFields) as GpuMetric[]),
  "computeProcessesCount",
] as const satisfies readonly GpuMetric[];

/**
 * Reads the XML of all GPUs, with the UUIDs and profiles of `nvidia-smi -L` for MIG instances. Null when it is no XML of
 * nvidia-smi. Never throws.
 */
export function readSmiDetails(
  xml: string,
  listed: readonly SmiListedInstance[],
): SmiGpuDetails[] | null {
  const root = parseSmiXml(xml);
  if (root?.name !== "nvidia_smi_log") return null;
  return elementsNamed(root, "gpu").flatMap((gpu) => {
    const gpuUuid = textOf(gpu, "uuid");
    return /^GPU-[\dA-Za-z-]{4,92}$/.test(gpuUuid) ? [readGpu(gpu, gpuUuid, listed)] : [];
  });
}

function readGpu(
  gpu: XmlElement,
  gpuUuid: string,
  listed: readonly SmiListedInstance[],
): SmiGpuDetails {
  const processElement = findElement(gpu, "processes");
  const processes = elementsNamed(processElement, "process_info").flatMap(readProcess);
  const reading = readFields(gpu, gpuFields);
  // In MIG mode each process runs in an instance; the driver counts them there and for the whole GPU.
  setCount(reading, processElement === null ? null : processes);
  const instances = elementsNamed(findElement(gpu, "mig_devices"), "mig_device").flatMap(
    (element): SmiInstance[] => {
      const ids = instanceIds(element);
      if (ids.gpuInstanceId === null) return [];
      const { gpuInstanceId, computeInstanceId } = ids;
      const device = listed.find(
        (known) =>
          known.gpuUuid === gpuUuid && known.deviceIndex === wholeOf(textOf(element, "index")),
      );
      const instance = {
        // Drivers before 470 named instances so, and it is as unique: https://docs.nvidia.com/datacenter/tesla/mig-user-guide
        gpuUuid: device?.migUuid ?? `MIG-${gpuUuid}/${gpuInstanceId}/${computeInstanceId ?? 0}`,
        migProfile: device?.migProfile ?? null,
        gpuInstanceId,
        computeInstanceId,
        reading: readFields(element, instanceFields),
      };
      setCount(
        instance.reading,
        processElement === null ? null : processes.filter((entry) => runsIn(entry, instance)),
      );
      return [instance];
    },
  );
  return { gpuUuid, reading, instances, processes };
}

/** Whether a process runs in this MIG instance. */
export function runsIn(
  process: SmiProcess,
  instance: Pick<SmiInstance, "gpuInstanceId" | "computeInstanceId">,
): boolean {
  const { gpuInstanceId, computeInstanceId } = process;
  if (gpuInstanceId !== instance.gpuInstanceId) return false;
  return computeInstanceId === null || computeInstanceId === instance.computeInstanceId;
}

/** One MIG instance as a reading of its own, beside the reading of its GPU. */
export function instanceReading(
  instance: SmiInstance,
  parent: Pick<GpuReading, "gpuUuid" | "gpuIndex" | "gpuName">,
): GpuReading {
  const { gpuUuid, migProfile, reading } = instance;
  const name = [parent.gpuName, "MIG", migProfile].filter((part) => part !== null).join(" ");
  return {
    gpuUuid,
    gpuIndex: parent.gpuIndex,
    gpuName: name.slice(0, 255),
    vendor: "nvidia",
    memoryKind: "dedicated",
    parentUuid: parent.gpuUuid,
    migProfile,
    ...reading,
  };
}

function readFields(element: XmlElement, fields: Partial<Record<GpuMetric, Field>>): Values {
  const { values, missing } = emptyReading("not_offered");
  for (const [key, { path, column }] of Object.entries(fields)) {
    const metric = key as GpuMetric;
    const found = findElement(element, ...path);
    const parsed =
      found === null
        ? ({ missing: "unknown_to_driver" } as const)
        : parseSmiValue(found.text, column);
    if ("missing" in parsed) missing[metric] = parsed.missing;
    else setValue({ values, missing }, metric, parsed.value);
  }
  return { values, missing };
}

function setCount(reading: Values, processes: readonly SmiProcess[] | null): void {
  if (processes === null) reading.missing.computeProcessesCount = "unknown_to_driver";
  else {
    const compute = processes.filter(({ kind }) => kind === "compute" || kind === "both");
    setValue(reading, "computeProcessesCount", compute.length);
  }
}

function setValue({ values, missing }: Values, metric: GpuMetric, value: number): void {
  values[metric] = value;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
  delete missing[metric];
}

function readProcess(element: XmlElement): SmiProcess[] {
  const pid = wholeOf(textOf(element, "pid"));
  if (pid === null) return [];
  const memory = parseSmiValue(textOf(element, "used_memory"), {
    names: [],
    unit: "MiB",
    format: "decimal",
  });
  const memoryUsedMib = "value" in memory && memory.value >= 0 ? memory.value : null;
  return [
    {
      pid,
      name: programName(textOf(element, "process_name")),
      kind: processKind(textOf(element, "type")),
      memoryUsedMib,
      ...instanceIds(element),
    },
  ];
}

/** "C", "G", "C+G"; "M+C" = compute through MPS (nvidia-smi's manual page). */
function processKind(type: string): GpuProcess["kind"] {
  const letters = type.split("+");
  const isCompute = letters.includes("C");
  if (letters.includes("G")) return isCompute ? "both" : "graphics";
  return isCompute ? "compute" : null;
}

/** Base name only: newer drivers print a command line, whose arguments may hold secrets and whose folders say who runs it. */
export function programName(commandLine: string): string | null {
  // "[Not Found]", "[Insufficient Permissions]", "N/A"
  if (commandLine === "" || commandLine.startsWith("[") || /^N\/A$/i.test(commandLine)) return null;
  const isWindowsPath = /^[A-Za-z]:\\/.test(commandLine);
  const program = isWindowsPath ? commandLine : (commandLine.split(/\s/, 1)[0] ?? "");
  const name = (program.split(/[/\\]/).at(-1) ?? "").slice(0, 255);
  return name === "" ? null : name;
}

function instanceIds(element: XmlElement) {
  return {
    gpuInstanceId: wholeOf(textOf(element, "gpu_instance_id")),
    computeInstanceId: wholeOf(textOf(element, "compute_instance_id")),
  };
}

function textOf(element: XmlElement, name: string): string {
  return findElement(element, name)?.text ?? "";
}

function wholeOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
