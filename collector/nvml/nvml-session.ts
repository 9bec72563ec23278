import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import { NvmlCalls } from "./nvml-calls";
import { countGpus, findDevices, type NvmlDevice } from "./nvml-device";
import type { NvmlLibrary } from "./nvml-library";
import { NvmlProcesses } from "./nvml-processes";
import { describeNvmlCode, nvmlCode } from "./nvml-symbols";
import { readDevice } from "./nvml-values";
import { NvmlXidWatch } from "./nvml-xid";

export interface NvmlPoll {
  readings: GpuReading[];
  /** Lists that were read with this tick; empty on most. */
  processes: GpuProcessList[];
  /** One clause on what is read. */
  detail: string;
  /** Some GPU does not answer. */
  isPartial: boolean;
  /** The library must be initialised again. */
  isUninitialized: boolean;
  /** Why nothing can be read any more, as one clause; null while something can. */
  failure: string | null;
}

export interface NvmlSessionOptions {
  library: NvmlLibrary;
  intervalMs: number;
  /** Wall clock, for the times of process lists. */
  nowMs: () => number;
}

const DISCOVER_EVERY_MS = 60_000;
const DISCOVER_AGAIN_AFTER_MS = 5_000;
/** A slow reading holds this process for 50 ms: with very many GPUs the first ones would look like a hung call. */
const MAX_SLOW_A_TICK = 8;
const LONGEST_STAGGER_MS = 30_000;
const FRUITLESS_POLLS = 2;

/** What this process knows of the driver between two initialisations. All calls but the first are synchronous: one that hangs hangs this process. */
export class NvmlSession {
  readonly #options: NvmlSessionOptions;
  readonly #calls: NvmlCalls;
  readonly #processes: NvmlProcesses;
  #xid: NvmlXidWatch;
  #devices: NvmlDevice[] = [];
  #lostGpus = new Set<number>();
  #unreadable = 0;
  #discoveredMs = -Infinity;
  #mustDiscover = true;
  #fruitless = 0;

  constructor(options: NvmlSessionOptions) {
    this.#options = options;
    this.#calls = new NvmlCalls(options.library);
    this.#processes = new NvmlProcesses(this.#calls);
    this.#xid = new NvmlXidWatch(this.#calls);
  }

  /**
   * Initialises the library and wakes every GPU, on another thread: without persistence mode that takes seconds a GPU. Answers a code;
   * may never answer.
   */
  async initialise(): Promise<number> {
    const calls = this.#calls;
    const code = await calls.callSlowly("nvmlInit_v2");
    if (code !== nvmlCode.success) return code;
    const count = countGpus(calls) ?? 0;
    const out = new BigUint64Array(16);
    for (let index = 0; index < count; index++)
      await calls.callSlowly("nvmlDeviceGetHandleByIndex_v2", index, out);
    this.#xid = new NvmlXidWatch(calls);
    this.#mustDiscover = true;
    this.#fruitless = 0;
    return code;
  }

  /** Reads what is due. `nowMs` is a clock that never steps. */
  poll(nowMs: number): NvmlPoll {
    const calls = this.#calls;
    calls.forget();
    const discovery = this.#discoverIfDue(nowMs);
    if (discovery !== null) return this.#failed(discovery);
    this.#xid.take(this.#devices);
    const readings: GpuReading[] = [];
    const processes: GpuProcessList[] = [];
    const { intervalMs } = this.#options;
    for (const [place, device] of this.#devices.entries()) {
      if (this.#lostGpus.has(device.gpuIndex)) continue;
      calls.sawLost = false;
      const maySlow = processes.length < MAX_SLOW_A_TICK;
      if (maySlow && nowMs >= device.slowDueMs) processes.push(this.#readProcessesOf(device));
      const isFirst = device.slowDueMs === -Infinity;
      const staggerMs = isFirst ? (place * intervalMs) % LONGEST_STAGGER_MS : 0;
      const at = { nowMs, slackMs: intervalMs / 2, staggerMs, maySlow };
      readings.push(readDevice(calls, device, at));
      this.#noteEnd(device);
    }
    this.#fruitless = calls.successes === 0 && calls.errors > 0 ? this.#fruitless + 1 : 0;
    return { ...this.#summary(), readings, processes, failure: this.#failure(readings) };
  }

  /** The processes of every device, now. */
  readProcesses(): GpuProcessList[] {
    return this.#devices
      .filter(({ gpuIndex }) => !this.#lostGpus.has(gpuIndex))
      .map((device) => this.#readProcessesOf(device));
  }

  /** Lets go of the driver, so that idle GPUs may sleep. */
  close(): void {
    this.#xid.close();
    this.#calls.callWith("nvmlShutdown");
  }

  #readProcessesOf(device: NvmlDevice): GpuProcessList {
    return this.#processes.read(device, this.#options.nowMs());
  }

  /** Null when the devices are known; else why they are not. */
  #discoverIfDue(nowMs: number): string | null {
    const isDue = nowMs - this.#discoveredMs >= DISCOVER_EVERY_MS;
    if (!isDue && !this.#mustDiscover) return null;
    const known = new Map(this.#devices.map((device) => [device.gpuUuid, device]));
    const found = findDevices(this.#calls, known);
    if (found === null) return describeNvmlCode(this.#calls.code ?? nvmlCode.functionNotFound);
    this.#mustDiscover = false;
    this.#discoveredMs = nowMs;
    this.#devices = found.devices;
    this.#unreadable = found.unreadable;
    this.#lostGpus.clear();
    if (found.devices.length === 0)
      return describeNvmlCode(found.unreadable > 0 ? found.code : nvmlCode.gpuNotFound);
    this.#xid.watch(found.devices);
    return null;
  }

  #noteEnd(device: NvmlDevice): void {
    const { code, sawLost } = this.#calls;
    if (sawLost) this.#lostGpus.add(device.gpuIndex);
    // An instance that was destroyed: its handle is good for nothing.
    const isGone = code === nvmlCode.invalidArgument || code === nvmlCode.notFound;
    if (device.parentUuid !== null && isGone) this.#discoverSoon();
  }

  #discoverSoon(): void {
    this.#discoveredMs = Math.min(
      this.#discoveredMs,
      this.#discoveredMs - DISCOVER_EVERY_MS + DISCOVER_AGAIN_AFTER_MS,
    );
  }

  #failure(readings: readonly GpuReading[]): string | null {
    if (readings.length === 0) return describeNvmlCode(nvmlCode.gpuIsLost);
    // Once may be an accident.
    if (this.#fruitless < FRUITLESS_POLLS) return null;
    return describeNvmlCode(this.#calls.lastErrorCode);
  }

  #failed(failure: string): NvmlPoll {
    return { ...this.#summary(), readings: [], processes: [], failure };
  }

  #summary(): Pick<NvmlPoll, "detail" | "isPartial" | "isUninitialized"> {
    const present = this.#devices.filter(({ gpuIndex }) => !this.#lostGpus.has(gpuIndex));
    const gpus = present.filter(({ parentUuid }) => parentUuid === null).length;
    const instances = present.length - gpus;
    const silent = this.#unreadable + this.#lostGpus.size;
    const detail = [
      `reads ${counted(gpus, "GPU")}`,
      instances > 0 ? ` and ${counted(instances, "MIG instance")}` : "",
      silent > 0 ? `; ${counted(silent, "GPU")} cannot be read` : "",
    ].join("");
    return { detail, isPartial: silent > 0, isUninitialized: this.#calls.sawUninitialized };
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
