import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { ReaderEvents, SourceReader } from "../source-reader";
import { NvmlLibraryProblem, openNvmlLibrary } from "./nvml-library";
import { NvmlSession } from "./nvml-session";
import { describeNvmlCode } from "./nvml-symbols";

export interface NvmlReaderOptions {
  /** NVML_LIBRARY_PATH; null = `libnvidia-ml.so.1` where the system looks for libraries. */
  path: string | null;
  intervalMs: number;
  /** The driver hung or broke the collector before this one: it is left alone for so long. 0 = it did not. */
  pauseMs?: number;
  /** Until the library is initialised and every GPU awake. */
  startWithinMs?: number;
}

const START_WITHIN_MS = 60_000;
const PROCESSES_AT_MOST_EVERY_MS = 2_000;
const FORGET_LISTS_AFTER_MS = 150_000;
const NO_ANSWER = "the NVIDIA driver does not answer";

/**
 * Reads NVIDIA GPUs through the driver's management library, in this process. A call that hangs hangs this process; the portal's
 * watchdog ends it and tells the next one (`pauseMs`), so that another source is used meanwhile.
 */
export function createNvmlReader(options: NvmlReaderOptions): SourceReader {
  const leftAloneUntilMs = performance.now() + (options.pauseMs ?? 0);
  let current: NvmlRun | null = null;
  // A start that never came to an end still holds its thread: another would hang beside it.
  let isStarting = false;
  return {
    source: "nvml",
    start: (events) => {
      const run = new NvmlRun(options, events);
      current = run;
      setTimeout(() => {
        if (performance.now() < leftAloneUntilMs)
          run.fail("stopped answering; it is tried again later");
        else if (isStarting) run.fail(NO_ANSWER);
        else {
          isStarting = true;
          void run.begin().finally(() => (isStarting = false));
        }
      }, 0);
      return () => run.stop();
    },
    readProcesses: () => current?.readProcesses(),
  };
}

class NvmlRun {
  readonly #options: NvmlReaderOptions;
  readonly #events: ReaderEvents;
  #session: NvmlSession | null = null;
  #timer: NodeJS.Timeout | undefined;
  #startTimer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isInitialised = false;
  #reopened = 0;
  #processesReadMs = -Infinity;
  readonly #lists = new Map<string, GpuProcessList>();

  constructor(options: NvmlReaderOptions, events: ReaderEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Ends when the library is initialised or was given up, and may never end. */
  async begin(): Promise<void> {
    if (this.#isOver) return;
    try {
      const library = await openNvmlLibrary(this.#options.path);
      const { intervalMs } = this.#options;
      this.#session = new NvmlSession({ library, intervalMs, nowMs: Date.now });
      if (!(await this.#initialise())) return;
      this.#poll();
      if (!this.#isEnded()) this.#timer = setInterval(() => this.#poll(), intervalMs);
    } catch (error) {
      this.fail(
        error instanceof NvmlLibraryProblem ? error.message : "the library cannot be called",
      );
    }
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    clearTimeout(this.#startTimer);
    if (this.#isInitialised) this.#session?.close();
    this.#isInitialised = false;
  }

  fail(detail: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#events.onFailure(detail);
  }

  /** At most one reading in 2 s, however many look. */
  readProcesses(): void {
    if (this.#isOver || !this.#isInitialised) return;
    const nowMs = performance.now();
    if (nowMs - this.#processesReadMs >= PROCESSES_AT_MOST_EVERY_MS) {
      this.#processesReadMs = nowMs;
      this.#keepLists(this.#session?.readProcesses() ?? []);
    }
    this.#events.onProcesses([...this.#lists.values()]);
  }

  async #initialise(): Promise<boolean> {
    const limitMs = this.#options.startWithinMs ?? START_WITHIN_MS;
    this.#startTimer = setTimeout(() => this.fail(NO_ANSWER), limitMs);
    const code = await this.#session?.initialise();
    clearTimeout(this.#startTimer);
    if (code !== 0) {
      this.fail(describeNvmlCode(code ?? -1));
      return false;
    }
    if (this.#isEnded()) {
      this.#session?.close();
      return false;
    }
    this.#isInitialised = true;
    return true;
  }

  // A method, so that the compiler does not think it stays what it was before an await or a call.
  #isEnded(): boolean {
    return this.#isOver;
  }

  #poll(): void {
    if (this.#isOver || !this.#isInitialised || this.#session === null) return;
    const poll = this.#session.poll(performance.now());
    if (poll.isUninitialized) {
      this.#reopen();
      return;
    }
    if (poll.readings.length > 0) {
      if (poll.failure === null) this.#reopened = 0;
      this.#events.onTick(poll.readings, poll.detail, poll.isPartial);
    }
    // What hears of the tick may have stopped this run.
    if (this.#isEnded()) return;
    if (poll.processes.length > 0) {
      this.#keepLists(poll.processes);
      this.#events.onProcesses([...this.#lists.values()]);
    }
    if (poll.failure !== null) this.fail(poll.failure);
  }

  /** The library forgot us (another user of it in this process, a driver that was loaded anew): begin again, once. */
  #reopen(): void {
    this.#isInitialised = false;
    this.#reopened += 1;
    if (this.#reopened > 1) this.fail(describeNvmlCode(1));
    else
      void this.#initialise().catch(() => {
        this.fail("the library cannot be called");
      });
  }

  #keepLists(lists: readonly GpuProcessList[]): void {
    for (const list of lists) this.#lists.set(list.gpuUuid, list);
    // Of a device that left.
    const oldestMs = Date.now() - FORGET_LISTS_AFTER_MS;
    for (const [uuid, list] of this.#lists) if (list.readAtMs < oldestMs) this.#lists.delete(uuid);
  }
}
