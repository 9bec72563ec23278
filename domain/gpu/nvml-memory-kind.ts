import type { GpuSample } from "./gpu-sample";

export interface NvmlMemoryFacts {
  gpuName: string | null;
  /** What the memory call gave; null when the driver says that it does not support it. */
  totalBytes: number | null;
  /** The GPU translates addresses through the processor's page tables (NVML_DEVICE_ADDRESSING_MODE_ATS). */
  usesHostPageTables: boolean;
}

/** GPUs that are part of a system on a chip, by NVML's names of them: GB10 (DGX Spark), Jetson ("Orin (nvgpu)", "NVIDIA Thor"). */
const integrated = /\b(?:GB10|Thor|Orin|Xavier|Tegra|nvgpu)\b/i;

/**
 * Whether a GPU has memory of its own. On GB10 and Jetson the memory calls answer "not supported", with some drivers 0 or figures of the
 * whole machine, so the name decides there. Grace Hopper shares page tables but has its own memory, and says how much. Reports of owners:
 * github.com/XuehaiPan/nvitop/pull/208, github.com/leptonai/gpud/pull/1170, github.com/AlexsJones/llmfit/pull/792. Unproven here.
 */
export function nvmlMemoryKind(facts: NvmlMemoryFacts): GpuSample["memoryKind"] {
  if (facts.gpuName !== null && integrated.test(facts.gpuName)) return "unified";
  if (facts.totalBytes !== null && facts.totalBytes > 0) return "dedicated";
  return facts.usesHostPageTables ? "unified" : null;
}

const BYTES_PER_MIB = 1_048_576;

/** Adds the kind of memory to a reading of text. What GB10 and Jetson say of their memory ([N/A], with some drivers 0) is no figure. */
export function withMemoryKind<Reading extends Pick<GpuSample, "values" | "missing">>(
  reading: Reading,
  gpuName: string | null,
): Reading & Pick<GpuSample, "memoryKind"> {
  const { values, missing } = reading;
  const totalBytes = values.memoryTotalMib === null ? null : values.memoryTotalMib * BYTES_PER_MIB;
  const memoryKind = nvmlMemoryKind({ gpuName, totalBytes, usesHostPageTables: false });
  if (memoryKind !== "unified") return { ...reading, memoryKind };
  return {
    ...reading,
    memoryKind,
    values: { ...values, memoryUsedMib: null, memoryTotalMib: null },
    missing: { ...missing, memoryUsedMib: "not_supported", memoryTotalMib: "not_supported" },
  };
}
