import type { GpuProcess, GpuProcessList } from "@/domain/gpu/gpu-process";
import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { readProcessIdentity, seesHostProcesses, unknownIdentity } from "../process-identity";
import type { NvmlCalls } from "./nvml-calls";
import type { NvmlDevice } from "./nvml-device";
import { describeNvmlCode, nvmlCode, type NvmlSymbol } from "./nvml-symbols";

interface ProcessMemory {
  pid: number;
  memoryUsedMib: number | null;
}

const MIB = 2 ** 20;
const MAX_SHOWN = 256;
const ROOM = 4_096;
const LARGEST_BYTES = 32;

/**
 * The forms of the two calls, the best first, and the size of their structure. The second form comes before the third although it is older:
 * both write the same 24 bytes, except that drivers 535.43 to 535.86 write 32 in the third (github.com/XuehaiPan/nvitop/pull/79).
 */
const forms = {
  compute: [
    ["nvmlDeviceGetComputeRunningProcesses_v2", 24],
    ["nvmlDeviceGetComputeRunningProcesses_v3", 24],
    ["nvmlDeviceGetComputeRunningProcesses", 16],
  ],
  graphics: [
    ["nvmlDeviceGetGraphicsRunningProcesses_v2", 24],
    ["nvmlDeviceGetGraphicsRunningProcesses_v3", 24],
    ["nvmlDeviceGetGraphicsRunningProcesses", 16],
  ],
} as const satisfies Record<string, readonly (readonly [NvmlSymbol, number])[]>;

/** Reads who uses a device. The calls take up to 5 ms and hold the driver's lock: never on each tick. */
export class NvmlProcesses {
  readonly #calls: NvmlCalls;
  readonly #count = new Uint32Array(64);
  readonly #bytes = new Uint32Array((ROOM * LARGEST_BYTES) / 4);
  readonly #seesHost = seesHostProcesses();

  constructor(calls: NvmlCalls) {
    this.#calls = calls;
  }

  /** Also notes how many compute processes the device has. */
  read(device: NvmlDevice, readAtMs: number): GpuProcessList {
    const compute = this.#list(device, "compute");
    device.computeProcesses = compute?.length ?? this.#calls.reason();
    const problem = compute === null ? this.#problem() : null;
    const graphics = this.#list(device, "graphics");
    const merged = merge(compute ?? [], graphics ?? []);
    return {
      gpuUuid: device.gpuUuid,
      readAtMs,
      processes: merged.slice(0, MAX_SHOWN).map((one) => ({
        ...one,
        ...(this.#seesHost ? readProcessIdentity(one.pid) : unknownIdentity),
      })),
      isCut: merged.length > MAX_SHOWN,
      problem: compute === null && graphics === null ? problem : null,
    };
  }

  #problem(): string {
    const { code } = this.#calls;
    if (code === null) return "this driver lists no processes";
    if (code === nvmlCode.notSupported) return "this GPU lists no processes";
    if (code === nvmlCode.insufficientSize) return `more than ${ROOM} processes use this GPU`;
    return describeNvmlCode(code);
  }

  #list(device: NvmlDevice, kind: keyof typeof forms): ProcessMemory[] | null {
    for (const [symbol, size] of forms[kind]) {
      if (!this.#calls.has(symbol)) continue;
      this.#count[0] = ROOM;
      if (this.#calls.callWith(symbol, device.handle, this.#count, this.#bytes))
        return this.#take(size / 4);
      const isOtherVersion =
        this.#calls.code === nvmlCode.functionNotFound ||
        this.#calls.code === nvmlCode.argumentVersionMismatch ||
        this.#calls.code === nvmlCode.deprecated;
      if (!isOtherVersion) return null;
      this.#calls.refuse(symbol);
    }
    // Nothing was called: the code is that of another call.
    this.#calls.code = null;
    return null;
  }

  /** nvmlProcessInfo_t: pid, 4 bytes of nothing, used memory, and in the longer forms more. */
  #take(words: number): ProcessMemory[] {
    const count = Math.min(this.#count[0] ?? 0, ROOM);
    return Array.from({ length: count }, (_, at) => {
      const [pid = 0, , low = 0, high = 0] = this.#bytes.subarray(at * words, at * words + 4);
      // NVML_VALUE_NOT_AVAILABLE (all bits set) is more than can be, as other nonsense is.
      const memoryMib = (low + high * 2 ** 32) / MIB;
      const isPossible = memoryMib <= gpuMetricFacts.memoryUsedMib.max;
      return { pid, memoryUsedMib: isPossible ? memoryMib : null };
    });
  }
}

/** One process may compute and draw: it is in both lists then, with all its memory. Most memory first. */
function merge(
  compute: readonly ProcessMemory[],
  graphics: readonly ProcessMemory[],
): Pick<GpuProcess, "pid" | "memoryUsedMib" | "kind">[] {
  const byPid = new Map<number, Pick<GpuProcess, "pid" | "memoryUsedMib" | "kind">>();
  for (const one of compute) byPid.set(one.pid, { ...one, kind: "compute" });
  for (const one of graphics) {
    const other = byPid.get(one.pid);
    const memoryUsedMib = larger(other?.memoryUsedMib ?? null, one.memoryUsedMib);
    byPid.set(one.pid, { pid: one.pid, memoryUsedMib, kind: other ? "both" : "graphics" });
  }
  return [...byPid.values()].sort(
    (a, b) => (b.memoryUsedMib ?? -1) - (a.memoryUsedMib ?? -1) || a.pid - b.pid,
  );
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
