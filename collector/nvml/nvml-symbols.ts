// Signatures, structures and codes as in NVIDIA's nvml.h (github.com/NVIDIA/go-nvml, gen/nvml/nvml.h).

const DEVICE = "uintptr_t";
const OUT = "void *";
const deviceAndOut = [DEVICE, OUT];
const deviceTypeAndOut = [DEVICE, "uint", OUT];

/** Every function of the library that is used; all answer a code. A driver may lack any of them. */
export const nvmlSignatures = {
  nvmlInit_v2: [],
  nvmlShutdown: [],
  nvmlDeviceGetCount_v2: [OUT],
  nvmlDeviceGetHandleByIndex_v2: ["uint", OUT],
  nvmlDeviceGetUUID: [DEVICE, OUT, "uint"],
  nvmlDeviceGetName: [DEVICE, OUT, "uint"],
  nvmlDeviceGetUtilizationRates: deviceAndOut,
  nvmlDeviceGetMemoryInfo: deviceAndOut,
  nvmlDeviceGetMemoryInfo_v2: deviceAndOut,
  nvmlDeviceGetPowerUsage: deviceAndOut,
  nvmlDeviceGetTemperature: deviceTypeAndOut,
  nvmlDeviceGetTemperatureV: deviceAndOut,
  nvmlDeviceGetClockInfo: deviceTypeAndOut,
  nvmlDeviceGetMaxClockInfo: deviceTypeAndOut,
  nvmlDeviceGetPerformanceState: deviceAndOut,
  nvmlDeviceGetCurrentClocksEventReasons: deviceAndOut,
  nvmlDeviceGetCurrentClocksThrottleReasons: deviceAndOut,
  nvmlDeviceGetTotalEnergyConsumption: deviceAndOut,
  nvmlDeviceGetFanSpeed: deviceAndOut,
  nvmlDeviceGetEnforcedPowerLimit: deviceAndOut,
  nvmlDeviceGetPowerManagementLimit: deviceAndOut,
  nvmlDeviceGetTemperatureThreshold: deviceTypeAndOut,
  nvmlDeviceGetPcieReplayCounter: deviceAndOut,
  nvmlDeviceGetCurrPcieLinkGeneration: deviceAndOut,
  nvmlDeviceGetCurrPcieLinkWidth: deviceAndOut,
  nvmlDeviceGetPcieThroughput: deviceTypeAndOut,
  nvmlDeviceGetEncoderUtilization: [DEVICE, OUT, OUT],
  nvmlDeviceGetDecoderUtilization: [DEVICE, OUT, OUT],
  nvmlDeviceGetBAR1MemoryInfo: deviceAndOut,
  nvmlDeviceGetTotalEccErrors: [DEVICE, "uint", "uint", OUT],
  nvmlDeviceGetFieldValues: [DEVICE, "int", OUT],
  nvmlDeviceGetAddressingMode: deviceAndOut,
  nvmlDeviceGetMigMode: [DEVICE, OUT, OUT],
  nvmlDeviceGetMaxMigDeviceCount: deviceAndOut,
  nvmlDeviceGetMigDeviceHandleByIndex: deviceTypeAndOut,
  nvmlDeviceGetAttributes_v2: deviceAndOut,
  nvmlEventSetCreate: [OUT],
  nvmlEventSetFree: [DEVICE],
  nvmlDeviceRegisterEvents: [DEVICE, "uint64_t", DEVICE],
  nvmlEventSetWait_v2: [DEVICE, OUT, "uint"],
  nvmlDeviceGetComputeRunningProcesses: [DEVICE, OUT, OUT],
  nvmlDeviceGetComputeRunningProcesses_v2: [DEVICE, OUT, OUT],
  nvmlDeviceGetComputeRunningProcesses_v3: [DEVICE, OUT, OUT],
  nvmlDeviceGetGraphicsRunningProcesses: [DEVICE, OUT, OUT],
  nvmlDeviceGetGraphicsRunningProcesses_v2: [DEVICE, OUT, OUT],
  nvmlDeviceGetGraphicsRunningProcesses_v3: [DEVICE, OUT, OUT],
} as const;

export type NvmlSymbol = keyof typeof nvmlSignatures;

/** Without these nothing can be read at all. */
export const neededSymbols: readonly NvmlSymbol[] = [
  "nvmlInit_v2",
  "nvmlDeviceGetCount_v2",
  "nvmlDeviceGetHandleByIndex_v2",
  "nvmlDeviceGetUUID",
];

/** Codes that are treated apart (nvmlReturn_t). */
export const nvmlCode = {
  success: 0,
  uninitialized: 1,
  invalidArgument: 2,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  timeout: 10,
  functionNotFound: 13,
  gpuIsLost: 15,
  operatingSystem: 17,
  versionMismatch: 18,
  argumentVersionMismatch: 25,
  deprecated: 26,
  gpuNotFound: 28,
} as const;

const clauses: Readonly<Record<number, string>> = {
  [nvmlCode.noPermission]: "the NVIDIA driver does not let this user read the GPUs",
  [nvmlCode.driverNotLoaded]: "the NVIDIA driver is not loaded",
  [nvmlCode.functionNotFound]: "the NVIDIA driver and its library do not fit each other",
  [nvmlCode.gpuIsLost]: "the NVIDIA driver lost a GPU: restart the machine",
  [nvmlCode.operatingSystem]: "the operating system keeps this process from the GPUs",
  [nvmlCode.versionMismatch]:
    "the NVIDIA driver and its library differ in version: restart the machine",
  [nvmlCode.gpuNotFound]: "the NVIDIA driver found no GPU",
};

/** A code as one clause for a person. */
export function describeNvmlCode(code: number): string {
  return clauses[code] ?? `the NVIDIA driver reported error ${code}`;
}
