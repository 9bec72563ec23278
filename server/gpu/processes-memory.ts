import type { GpuProcessAnswer, GpuProcessList } from "@/domain/gpu/gpu-process";

interface ProcessesMemoryOptions {
  /** Asks the collector for the processes now; false when none runs here. */
  ask: () => boolean;
  nowMs: () => number;
  /** How long a question waits for the collector. */
  waitMs?: number;
}

const WAIT_MS = 2_000;
const MAX_GPUS = 1_024;
const FORGET_AFTER_MS = 3_600_000;

/** The newest process list of each GPU. Processes are not stored: who ran when is not the portal's to keep. */
export class ProcessesMemory {
  readonly #options: Required<ProcessesMemoryOptions>;
  readonly #lists = new Map<string, GpuProcessList>();
  readonly #waiting = new Set<() => void>();

  constructor(options: ProcessesMemoryOptions) {
    this.#options = { waitMs: WAIT_MS, ...options };
  }

  accept(lists: readonly GpuProcessList[]): void {
    this.acceptRemote(lists);
    for (const wake of this.#waiting) wake();
  }

  /** Lists of other hosts: nobody here has asked for them. */
  acceptRemote(lists: readonly GpuProcessList[]): void {
    for (const list of lists) {
      this.#lists.delete(list.gpuUuid);
      this.#lists.set(list.gpuUuid, list);
    }
    this.#forgetOld();
  }

  /**
   * Asks for a fresh list and waits for it, at most 2 s. However many ask at once, the driver is asked at most each 2 s. The agent of
   * another host cannot be asked: of its GPUs it is the list that came last.
   */
  async read(gpuUuid: string, { isRemote = false } = {}): Promise<GpuProcessAnswer> {
    const isAsked = !isRemote && this.#options.ask();
    const hasCome = isAsked && (await this.#nextLists());
    const list = this.#lists.get(gpuUuid);
    const note = noteOf({ isRemote, isAsked, hasCome, isListed: list !== undefined });
    const nowMs = this.#options.nowMs();
    if (list === undefined)
      return {
        ...{ gpuUuid, readAtMs: nowMs, processes: [], isCut: false, problem: note },
        ...{ ageMs: 0, isFresh: false, note },
      };
    return { ...list, ageMs: Math.max(0, nowMs - list.readAtMs), isFresh: hasCome, note };
  }

  #nextLists(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (hasCome: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(hasCome);
      };
      const wake = () => {
        end(true);
      };
      const timer = setTimeout(end, this.#options.waitMs, false);
      this.#waiting.add(wake);
    });
  }

  #forgetOld(): void {
    const oldestMs = this.#options.nowMs() - FORGET_AFTER_MS;
    for (const [uuid, { readAtMs }] of this.#lists)
      if (readAtMs < oldestMs || this.#lists.size > MAX_GPUS) this.#lists.delete(uuid);
  }
}

function noteOf(state: {
  isRemote: boolean;
  isAsked: boolean;
  hasCome: boolean;
  isListed: boolean;
}): string | null {
  if (state.isRemote)
    return state.isListed
      ? "This GPU is on another host: its agent sends a list once a minute."
      : "The agent of this GPU's host has sent no list yet. Its source may not list processes: only nvml and smi do.";
  if (!state.isAsked)
    return "No collector runs in this portal process, so no fresh list can be asked for.";
  if (!state.hasCome)
    return "The collector did not answer in time. Its source may not list processes: only nvml and smi do.";
  if (!state.isListed) return "The collector does not list the processes of this GPU.";
  return null;
}
