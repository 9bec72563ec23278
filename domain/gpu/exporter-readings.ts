import { MAX_GPUS_PER_TICK, type GpuReading } from "./collector-message";
import { exporterMetric, framebufferParts } from "./exporter-metrics";
import type { ExporterSample } from "./exporter-text";
import { isExporterBlank } from "./exporter-value";
import type { GpuMetric } from "./gpu-metric";
import { emptyReading } from "./gpu-sample";
import { withMemoryKind } from "./nvml-memory-kind";

interface Told {
  value: number;
  /** As printed. */
  rawValue: string;
  isBlank: boolean;
}

interface Device {
  key: string;
  gpuUuid: string;
  gpuIndex: number | null;
  gpuName: string | null;
  host: string | null;
  instance: { id: string; profile: string | null; uuid: string | null; lowest: number } | null;
  values: Map<GpuMetric, Told & { rank: number }>;
  framebuffer: Map<"used" | "free" | "reserved", number>;
  lastXid: { code: number; at: number } | null;
}

type Labels = ExporterSample["labels"];

const MAX_INDEX = 4_095;

/**
 * Puts the samples of one exporter together into GPUs, and MIG instances beside them. Takes the spellings of dcgm-exporter old and new
 * (`Hostname`, `hostname`; `UUID`, `gpu_uuid`) and of nvidia_gpu_exporter (`uuid` without "GPU-"). Of a series that stands
 * twice the first counts, as in Prometheus.
 */
export class ExporterReadings {
  readonly #devices = new Map<string, Device>();

  add(sample: ExporterSample): void {
    const device = this.#deviceOf(sample);
    if (device === null) return;
    describe(device, sample);
    const known = exporterMetric(sample.name);
    const isDcgm = sample.name.startsWith("DCGM_");
    const isBlank = isExporterBlank(sample, isDcgm);
    if (known !== null) {
      const { metric, factor, rank } = known;
      const before = device.values.get(metric);
      // A name of lower rank that has a value is better than a blank.
      const isBetter =
        before === undefined || (before.isBlank && !isBlank) || (rank < before.rank && !isBlank);
      if (isBetter) {
        const value = rounded(sample.value * factor);
        device.values.set(metric, { value, rawValue: sample.rawValue, isBlank, rank });
      }
    }
    const part = framebufferPart(sample.name);
    if (part !== null && !isBlank && !device.framebuffer.has(part)) {
      device.framebuffer.set(part, sample.value);
    }
  }

  /** All GPUs, each followed by its MIG instances. A GPU of which nothing but its name is told is left out. */
  readings(): GpuReading[] {
    const devices = [...this.#devices.values()];
    const gpus = devices.filter(({ instance }) => instance === null);
    const ordered = gpus.concat(devices.filter(({ instance }) => instance !== null));
    const names = new Map(gpus.map((gpu) => [gpu.gpuUuid, gpu]));
    return ordered
      .filter(({ values, lastXid }) => values.size > 0 || lastXid !== null)
      .slice(0, MAX_GPUS_PER_TICK)
      .map((device) => toReading(device, names.get(device.gpuUuid)));
  }

  #deviceOf({ labels }: ExporterSample): Device | null {
    const gpuUuid = uuidOf(labels);
    if (gpuUuid === null) return null;
    const instanceId = labels.get("GPU_I_ID") ?? labels.get("gpu_instance_id") ?? "";
    const key = instanceId === "" ? gpuUuid : `${gpuUuid}/${instanceId}`;
    const known = this.#devices.get(key);
    if (known !== undefined) return known;
    if (this.#devices.size >= 4 * MAX_GPUS_PER_TICK || !/^\d{0,6}$/.test(instanceId)) return null;
    const device: Device = {
      key,
      gpuUuid,
      gpuIndex: null,
      gpuName: null,
      host: null,
      instance:
        instanceId === ""
          ? null
          : { id: instanceId, profile: null, uuid: null, lowest: Number.POSITIVE_INFINITY },
      values: new Map(),
      framebuffer: new Map(),
      lastXid: null,
    };
    this.#devices.set(key, device);
    return device;
  }
}

/** The first of these labels that there is, as text for people. */
function labelText(labels: Labels, names: readonly string[], maxLength: number): string | null {
  const found = names.map((name) => labels.get(name)).find((text) => text !== undefined);
  const plain = found?.replaceAll(/\p{Cc}/gu, "").slice(0, maxLength) ?? "";
  return plain === "" ? null : plain;
}

/** What the labels tell of the device itself. */
function describe(device: Device, sample: ExporterSample): void {
  const { labels } = sample;
  device.gpuIndex ??= indexOf(labelText(labels, ["gpu", "index"], 8));
  device.gpuName ??= labelText(labels, ["modelName", "name"], 255);
  device.host ??= labelText(labels, ["Hostname", "hostname"], 253);
  if (sample.name === "nvidia_smi_xid_last_timestamp_seconds") noteXid(device, sample);
  const { instance } = device;
  if (instance === null) return;
  instance.profile ??= labelText(labels, ["GPU_I_PROFILE", "profile"], 64);
  const migUuid = labels.get("mig_uuid") ?? "";
  const compute = Number(labels.get("compute_instance_id") ?? NaN);
  // Memory belongs to the GPU instance: it is told once, under the name of its first compute instance.
  if (/^[\dA-Za-z-]{8,90}$/.test(migUuid) && compute < instance.lowest) {
    instance.uuid = `MIG-${migUuid}`;
    instance.lowest = compute;
  }
}

function noteXid(device: Device, { labels, value: at }: ExporterSample): void {
  const code = Number(labels.get("xid") ?? NaN);
  if (!Number.isInteger(code) || !(at > (device.lastXid?.at ?? -Infinity))) return;
  device.lastXid = { code, at };
}

function toReading(device: Device, parent: Device | undefined): GpuReading {
  const gpuName = device.gpuName ?? parent?.gpuName ?? null;
  const host = device.host ?? parent?.host ?? null;
  return {
    ...identityOf(device),
    gpuIndex: device.gpuIndex ?? parent?.gpuIndex ?? 0,
    gpuName,
    vendor: "nvidia",
    ...(host !== null && { host }),
    ...withMemoryKind(valuesOf(device), gpuName),
  };
}

/** The values that were told and those that follow from them. */
function valuesOf(device: Device): Pick<GpuReading, "values" | "missing" | "setAside"> {
  const { values, missing } = emptyReading("not_offered");
  const setAside: Partial<Record<GpuMetric, string>> = {};
  const derived = { memoryTotalMib: totalOf(device), xidCode: device.lastXid?.code ?? null };
  const all = new Map<GpuMetric, Told>(
    Object.entries(derived).flatMap(([metric, value]) =>
      value === null
        ? []
        : [[metric as GpuMetric, { value, rawValue: String(value), isBlank: false }]],
    ),
  );
  for (const [metric, told] of device.values) all.set(metric, told);
  for (const [metric, { value, rawValue, isBlank }] of all) {
    if (isBlank) {
      missing[metric] = "impossible_value";
      setAside[metric] = rawValue;
    } else {
      values[metric] = value;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a value has no reason
      delete missing[metric];
    }
  }
  return { values, missing, ...(Object.keys(setAside).length > 0 && { setAside }) };
}

function identityOf({ gpuUuid, instance }: Device) {
  if (instance === null) return { gpuUuid, parentUuid: null, migProfile: null };
  // dcgm-exporter does not tell the UUID of an instance: the name that drivers before 470 gave it is as unique.
  const ownUuid = instance.uuid ?? `MIG-${gpuUuid}/${instance.id}`;
  return { gpuUuid: ownUuid, parentUuid: gpuUuid, migProfile: instance.profile };
}

function totalOf({ framebuffer }: Device): number | null {
  const used = framebuffer.get("used");
  const free = framebuffer.get("free");
  if (used === undefined || free === undefined) return null;
  return used + free + (framebuffer.get("reserved") ?? 0);
}

function uuidOf(labels: Labels): string | null {
  const text = labels.get("UUID") ?? labels.get("uuid") ?? labels.get("gpu_uuid") ?? "";
  if (!/^[\dA-Za-z-]{4,90}$/.test(text)) return null;
  // nvidia_gpu_exporter leaves the "GPU-" out; every other source has it.
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? `GPU-${text}` : text;
}

function indexOf(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Math.min(Number(text), MAX_INDEX) : null;
}

function framebufferPart(name: string): "used" | "free" | "reserved" | null {
  return Object.hasOwn(framebufferParts, name)
    ? framebufferParts[name as keyof typeof framebufferParts]
    : null;
}

/** Takes off what multiplying has added in the 16th digit: 0.07 × 100. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}
