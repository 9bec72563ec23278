import type { NvmlCalls, NvmlHandle, NvmlRead } from "./nvml-calls";
import { nvmlCode } from "./nvml-symbols";

export interface MemoryRead {
  /** Bytes. */
  used: NvmlRead;
  total: NvmlRead;
}

/** nvmlMemory_v2_t: version, then total, reserved, free, used as 64 bits. NVML_STRUCT_VERSION: size, and version << 24. */
const MEMORY_V2 = 40 + 0x0200_0000;

const versionCodes: readonly (number | null)[] = [
  null,
  nvmlCode.notSupported,
  nvmlCode.functionNotFound,
  nvmlCode.argumentVersionMismatch,
  nvmlCode.deprecated,
];

/**
 * Memory of a GPU or MIG instance. The second form of the call leaves out what the driver keeps for itself, as nvidia-smi does; the
 * first form, of older drivers, counts it as used.
 */
export function readMemory(calls: NvmlCalls, handle: NvmlHandle): MemoryRead {
  if (calls.has("nvmlDeviceGetMemoryInfo_v2")) {
    calls.u32[0] = MEMORY_V2;
    if (calls.call("nvmlDeviceGetMemoryInfo_v2", handle))
      return { total: calls.longAt(1), used: calls.longAt(4) };
    if (!versionCodes.includes(calls.code)) return { total: calls.reason(), used: calls.reason() };
    const isOtherVersion = calls.code !== nvmlCode.notSupported;
    if (isOtherVersion) calls.refuse("nvmlDeviceGetMemoryInfo_v2");
  }
  if (calls.call("nvmlDeviceGetMemoryInfo", handle))
    return { total: calls.longAt(0), used: calls.longAt(2) };
  return { total: calls.reason(), used: calls.reason() };
}
