import type { NvmlCalls } from "./nvml-calls";
import type { NvmlDevice } from "./nvml-device";
import { nvmlCode } from "./nvml-symbols";

const XID_CRITICAL_ERROR = 8; // nvmlEventTypeXidCriticalError
const MAX_EVENTS_A_TICK = 32;

/** Hears of Xid errors. The driver is asked on each tick without waiting. */
export class NvmlXidWatch {
  readonly #calls: NvmlCalls;
  readonly #registered = new Set<string>();
  #set: number | null = null;

  constructor(calls: NvmlCalls) {
    this.#calls = calls;
  }

  /** Begins to watch devices that are not watched yet. What cannot be watched keeps the reason. */
  watch(devices: readonly NvmlDevice[]): void {
    const calls = this.#calls;
    if (this.#set === null && calls.call("nvmlEventSetCreate")) this.#set = calls.longAt(0);
    for (const device of devices) {
      // Of MIG instances the driver tells through their GPU.
      if (device.parentUuid !== null || this.#registered.has(device.gpuUuid)) continue;
      if (this.#set === null) {
        device.xidCode = calls.has("nvmlEventSetCreate") ? "read_error" : "unknown_to_driver";
        continue;
      }
      const symbol = "nvmlDeviceRegisterEvents";
      if (calls.callWith(symbol, device.handle, XID_CRITICAL_ERROR, this.#set)) {
        this.#registered.add(device.gpuUuid);
        device.xidCode = 0;
      } else device.xidCode = calls.reason();
    }
  }

  /** Takes what has happened since the last tick. nvmlEventData_t: device, type, data (the Xid). */
  take(devices: readonly NvmlDevice[]): void {
    if (this.#set === null || this.#registered.size === 0) return;
    const calls = this.#calls;
    for (let taken = 0; taken < MAX_EVENTS_A_TICK; taken++) {
      if (!calls.callWith("nvmlEventSetWait_v2", this.#set, calls.u32, 0)) break;
      const [handle, type, xid] = [calls.longAt(0), calls.longAt(1), calls.longAt(2)];
      const device = devices.find((one) => one.handle === handle);
      if (device && type === XID_CRITICAL_ERROR) device.xidCode = xid;
    }
    // Without the function nothing is ever heard: 0 would be a lie.
    if (calls.code === null || calls.code === nvmlCode.functionNotFound)
      for (const device of devices) if (device.xidCode === 0) device.xidCode = "unknown_to_driver";
  }

  close(): void {
    if (this.#set !== null) this.#calls.callWith("nvmlEventSetFree", this.#set);
    this.#set = null;
    this.#registered.clear();
  }
}
