import * as z from "zod";
import type { GpuReading } from "./collector-message";
import { emptyReading } from "./gpu-sample";
import type { GpuMetric } from "./gpu-metric";

// A key of the wrong type must not spoil the others: each is looked at on its own below.
const HealthAnswer = z.object({
  vram_used_gb: z.unknown().optional(),
  vram_total_gb: z.unknown().optional(),
  gpu_utilization: z.unknown().optional(),
  temperature: z.unknown().optional(),
  power_watts: z.unknown().optional(),
  device: z.unknown().optional(),
});

const MIB_PER_GB = 1024; // the services divide bytes by 1024³ and call it GB

const keys: Partial<
  Record<GpuMetric, { key: keyof z.infer<typeof HealthAnswer>; factor: number }>
> = {
  memoryUsedMib: { key: "vram_used_gb", factor: MIB_PER_GB },
  memoryTotalMib: { key: "vram_total_gb", factor: MIB_PER_GB },
  utilizationPercent: { key: "gpu_utilization", factor: 1 },
  temperatureCelsius: { key: "temperature", factor: 1 },
  powerWatts: { key: "power_watts", factor: 1 },
};

/**
 * What the `/health` answer of an AI service says about its GPU. Null when it says nothing: neither a VRAM use above 0
 * nor a utilisation. A key that is absent or null is `not_offered`, one that is no number `read_error`; none becomes 0.
 */
export function readHealthAnswer(
  answer: unknown,
): Pick<GpuReading, "gpuName" | "values" | "missing"> | null {
  const parsed = HealthAnswer.safeParse(answer);
  if (!parsed.success) return null;

  const { values, missing } = emptyReading("not_offered");
  for (const [name, { key, factor }] of Object.entries(keys)) {
    const metric = name as GpuMetric;
    const value = parsed.data[key];
    if (typeof value === "number") {
      values[metric] = value * factor;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of ours, and a read value has no reason
      delete missing[metric];
    } else if (value !== undefined && value !== null) missing[metric] = "read_error";
  }

  const usesMemory = (values.memoryUsedMib ?? 0) > 0;
  if (!usesMemory && values.utilizationPercent === null) return null;
  return { gpuName: nameOf(parsed.data.device), values, missing };
}

function nameOf(device: unknown): string | null {
  return typeof device === "string" && device !== "" ? `GPU (${device.slice(0, 100)})` : null;
}
