import { migProfile } from "@/domain/gpu/mig-profile";
import { nvmlMemoryKind } from "@/domain/gpu/nvml-memory-kind";
import type { GpuDeviceFacts } from "@/domain/gpu/gpu-sample";
import type { NvmlCalls, NvmlHandle, NvmlRead } from "./nvml-calls";
import { readMemory } from "./nvml-memory";
import { nvmlCode } from "./nvml-symbols";

/** One GPU or MIG instance as this session knows it. */
export interface NvmlDevice extends GpuDeviceFacts {
  handle: NvmlHandle;
  gpuIndex: number;
  gpuUuid: string;
  gpuName: string | null;
  /** When the slower beats are due, on the session's clock. */
  moderateDueMs: number;
  slowDueMs: number;
  /** 0 = none since this session began. */
  xidCode: NvmlRead;
  computeProcesses: NvmlRead;
  /** Counters of NVLink at the last reading, KiB. */
  nvlink: { transmitKib: number; receiveKib: number; atMs: number } | null;
}

export interface FoundDevices {
  devices: NvmlDevice[];
  /** GPUs that the driver counts and does not give. */
  unreadable: number;
  /** Code of the newest that it does not give. */
  code: number;
}

const MAX_GPUS = 64;
const MAX_DEVICES = 256;
const MAX_INSTANCES_A_GPU = 32;
const MAX_UUID = 96;
const ADDRESSING_MODE_V1 = 8 + 0x0100_0000; // NVML_STRUCT_VERSION: size, and version << 24
const ADDRESSING_MODE_ATS = 2;
const MIG_ENABLED = 1;

/** How many GPUs the driver has; null when it does not say. */
export function countGpus(calls: NvmlCalls): number | null {
  return calls.call("nvmlDeviceGetCount_v2") ? Math.min(calls.word(0), MAX_GPUS) : null;
}

/** All GPUs by index, each followed by its MIG instances. What `known` has of them goes on: beats, counters, the last Xid. */
export function findDevices(
  calls: NvmlCalls,
  known: ReadonlyMap<string, NvmlDevice>,
): FoundDevices | null {
  const count = countGpus(calls);
  if (count === null) return null;
  const found: FoundDevices = { devices: [], unreadable: 0, code: 0 };
  const keep = (device: NvmlDevice) => {
    const isDouble = found.devices.some(({ gpuUuid }) => gpuUuid === device.gpuUuid);
    if (isDouble || found.devices.length >= MAX_DEVICES) return;
    const before = known.get(device.gpuUuid);
    found.devices.push(before ? { ...before, ...identityOf(device) } : device);
  };
  for (let gpuIndex = 0; gpuIndex < count; gpuIndex++) {
    const gpu = findGpu(calls, gpuIndex);
    if (gpu === null) {
      found.unreadable += 1;
      found.code = calls.code ?? nvmlCode.functionNotFound;
      continue;
    }
    keep(gpu);
    for (const instance of findInstances(calls, gpu)) keep(instance);
  }
  return found;
}

function identityOf(device: NvmlDevice) {
  const { handle, gpuIndex, gpuName, memoryKind, migProfile: profile } = device;
  return { handle, gpuIndex, gpuName, memoryKind, migProfile: profile };
}

function findGpu(calls: NvmlCalls, gpuIndex: number): NvmlDevice | null {
  if (!calls.call("nvmlDeviceGetHandleByIndex_v2", gpuIndex)) return null;
  const handle = calls.longAt(0);
  const gpuUuid = calls.text("nvmlDeviceGetUUID", handle)?.slice(0, MAX_UUID);
  if (gpuUuid === undefined) return null;
  const gpuName = calls.text("nvmlDeviceGetName", handle);
  return {
    ...newDevice({ handle, gpuIndex, gpuUuid, gpuName }),
    memoryKind: kindOf(calls, handle, gpuName),
  };
}

function kindOf(calls: NvmlCalls, handle: NvmlHandle, gpuName: string | null) {
  const { total } = readMemory(calls, handle);
  const totalBytes = typeof total === "number" ? total : null;
  const isUnknown = totalBytes === null && total !== "not_supported";
  // An error says nothing about the kind: it is looked at again with the next discovery.
  if (isUnknown) return nvmlMemoryKind({ gpuName, totalBytes, usesHostPageTables: false });
  calls.u32[0] = ADDRESSING_MODE_V1;
  const isAts =
    calls.callWith("nvmlDeviceGetAddressingMode", handle, calls.u32) &&
    calls.word(1) === ADDRESSING_MODE_ATS;
  return nvmlMemoryKind({ gpuName, totalBytes, usesHostPageTables: isAts });
}

/** MIG instances of a GPU whose MIG mode is on. Their handles hold until the instance is destroyed. */
function findInstances(calls: NvmlCalls, gpu: NvmlDevice): NvmlDevice[] {
  if (!calls.callForTwo("nvmlDeviceGetMigMode", gpu.handle) || calls.word(0) !== MIG_ENABLED)
    return [];
  const most = calls.integer("nvmlDeviceGetMaxMigDeviceCount", gpu.handle);
  if (typeof most !== "number") return [];
  const instances: NvmlDevice[] = [];
  for (let place = 0; place < Math.min(most, MAX_INSTANCES_A_GPU); place++) {
    // Places without an instance answer NVML_ERROR_NOT_FOUND.
    if (!calls.call("nvmlDeviceGetMigDeviceHandleByIndex", gpu.handle, place)) continue;
    const handle = calls.longAt(0);
    const gpuUuid = calls.text("nvmlDeviceGetUUID", handle)?.slice(0, MAX_UUID);
    if (gpuUuid === undefined) continue;
    const gpuName = calls.text("nvmlDeviceGetName", handle);
    instances.push({
      ...newDevice({ handle, gpuIndex: gpu.gpuIndex, gpuUuid, gpuName }),
      memoryKind: gpu.memoryKind,
      parentUuid: gpu.gpuUuid,
      migProfile: migProfile(gpuName, readSize(calls, handle)),
    });
  }
  return instances;
}

/** nvmlDeviceAttributes_t: eight unsigned ints, of which the last two are slices, then the memory in MiB. */
function readSize(calls: NvmlCalls, handle: NvmlHandle) {
  if (!calls.call("nvmlDeviceGetAttributes_v2", handle)) return null;
  return { gpuSlices: calls.word(6), computeSlices: calls.word(7), memoryMib: calls.longAt(4) };
}

function newDevice(
  identity: Pick<NvmlDevice, "handle" | "gpuIndex" | "gpuUuid" | "gpuName">,
): NvmlDevice {
  return {
    ...identity,
    vendor: "nvidia",
    memoryKind: null,
    parentUuid: null,
    migProfile: null,
    moderateDueMs: -Infinity,
    slowDueMs: -Infinity,
    xidCode: "not_supported",
    computeProcesses: "not_sampled",
    nvlink: null,
  };
}
