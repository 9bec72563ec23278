import { AppError } from "@/server/errors";
import type { Logger } from "@/server/logger";
import type { JobResults, WorkerJob } from "./worker-job";
import { type Task, type WorkerProgram, WorkerThread } from "./worker-thread";

export interface WorkerPoolOptions {
  program: WorkerProgram;
  size: number;
  /** Jobs that may wait for a worker, and bytes of their texts together. */
  mostWaiting: number;
  mostWaitingBytes: number;
  stopWithinMs: number;
  logger: Pick<Logger, "warn">;
}

interface Waiting {
  task: Task;
  bytes: number;
  onAbort: () => void;
}

/**
 * Jobs for a few workers, in the order that they came. A worker begins with the first job that finds none idle, and stays; one that fails
 * is replaced with the next job.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #threads = new Set<WorkerThread>();
  readonly #waiting = new Set<Waiting>();
  #waitingBytes = 0;
  #isStopped = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Rejects with the signal's reason when it is aborted, and with TOO_MANY when too many wait. */
  run<Kind extends WorkerJob["kind"]>(
    job: Extract<WorkerJob, { kind: Kind }>,
    options: Pick<Task, "signal" | "load" | "limit">,
  ): Promise<JobResults[Kind]> {
    return new Promise<JobResults[keyof JobResults]>((resolve, reject) => {
      options.signal.throwIfAborted();
      this.#add({ ...options, job, resolve, reject });
    }) as Promise<JobResults[Kind]>;
  }

  /** Ends all workers; who waits is told so. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { task } of this.#waiting) task.reject(stopping());
    this.#waiting.clear();
    await Promise.all(Array.from(this.#threads, (thread) => thread.stop()));
  }

  #add(task: Task): void {
    if (this.#isStopped) throw stopping();
    const bytes = bytesOf(task.job);
    const thread = this.#waiting.size === 0 ? this.#freeThread() : null;
    if (thread) {
      thread.begin(task);
      return;
    }
    const { mostWaiting, mostWaitingBytes } = this.#options;
    if (this.#waiting.size >= mostWaiting || this.#waitingBytes + bytes > mostWaitingBytes)
      throw new AppError(
        "TOO_MANY",
        "Too many texts wait to be counted. Try again in a second, or send less at once.",
        { retryAfterSeconds: 1 },
      );
    const one: Waiting = {
      task,
      bytes,
      onAbort: () => {
        this.#take(one);
        task.reject(task.signal.reason);
      },
    };
    this.#waiting.add(one);
    this.#waitingBytes += bytes;
    task.signal.addEventListener("abort", one.onAbort, { once: true });
  }

  #take(one: Waiting): void {
    if (!this.#waiting.delete(one)) return;
    this.#waitingBytes -= one.bytes;
    one.task.signal.removeEventListener("abort", one.onAbort);
  }

  #freeThread(): WorkerThread | null {
    for (const thread of this.#threads) if (thread.isIdle) return thread;
    if (this.#threads.size >= this.#options.size) return null;
    const { program, stopWithinMs, logger } = this.#options;
    const thread = new WorkerThread({
      program,
      stopWithinMs,
      onIdle: () => {
        this.#beginNext();
      },
      onEnd: (ended, problem) => {
        this.#threads.delete(ended);
        if (this.#isStopped) return;
        logger.warn({ problem }, "A worker that counts tokens has ended and is replaced");
        this.#beginNext();
      },
    });
    this.#threads.add(thread);
    return thread;
  }

  #beginNext(): void {
    for (const one of this.#waiting) {
      const thread = this.#freeThread();
      if (!thread) return;
      this.#take(one);
      thread.begin(one.task);
    }
  }
}

function bytesOf(job: WorkerJob): number {
  switch (job.kind) {
    case "count":
      return job.texts.reduce((sum, text) => sum + 2 * text.length, 0);
    case "countPieces":
    case "parseSections":
      return 2 * job.text.length;
    case "countBytes":
      return job.bytes.length;
    case "describe":
      return job.json.length;
  }
}

function stopping(): AppError {
  return new AppError("UNAVAILABLE", "The portal is being stopped.");
}
