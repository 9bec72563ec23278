import { Worker } from "node:worker_threads";
import { AppError } from "@/server/errors";
import { shareBytes } from "./share-bytes";
import type { JobResults, MessageFromWorker, MessageToWorker, WorkerJob } from "./worker-job";

/** Where a worker's code is, and how Node runs it. */
export interface WorkerProgram {
  file: string;
  execArgv: readonly string[];
  /** Of its own heap. A tokenizer.json that needs more ends the worker, not the portal. */
  maxHeapMib: number;
}

/** A job with who waits for it. */
export interface Task {
  job: WorkerJob;
  signal: AbortSignal;
  /** The bytes of the job's tokenizer, asked for when the worker does not have it. */
  load: (() => Promise<Uint8Array>) | null;
  /** How long it may take before the worker is ended, and what is said then. */
  limit: { milliseconds: number; error: () => AppError };
  resolve: (result: JobResults[keyof JobResults]) => void;
  reject: (reason: unknown) => void;
}

interface ThreadOptions {
  program: WorkerProgram;
  /** How long a job that nobody waits for may go on before the worker is ended. */
  stopWithinMs: number;
  /** It can take another job. */
  onIdle: (thread: WorkerThread) => void;
  /** It has ended, whatever for; null: it was asked to. */
  onEnd: (thread: WorkerThread, problem: string | null) => void;
}

const MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

/** One worker with one job at a time. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  #task: Task | null = null;
  #jobId = 0;
  #hasEnded = false;
  /** Ends what watches the job. */
  #release: () => void = () => undefined;

  constructor(options: ThreadOptions) {
    const { file, execArgv, maxHeapMib } = options.program;
    this.#options = options;
    this.#worker = new Worker(file, {
      execArgv: [...execArgv],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
      env: {}, // no setting and no secret is of use there
      stdout: false,
    });
    this.#worker.unref();
    this.#worker.on("message", (message: MessageFromWorker) => {
      this.#accept(message);
    });
    this.#worker.on("error", (error: NodeJS.ErrnoException) => {
      this.#end(error.code ?? error.name);
    });
    this.#worker.on("exit", (code) => {
      this.#end(`exit ${code}`);
    });
  }

  get isIdle(): boolean {
    return this.#task === null && !this.#hasEnded;
  }

  begin(task: Task): void {
    this.#task = task;
    this.#jobId += 1;
    const stop = new Int32Array(new SharedArrayBuffer(4));
    this.#worker.ref(); // a process waits for its answer
    this.#watch(task, stop);
    this.#post({ type: "job", id: this.#jobId, job: task.job, stop });
  }

  /** Ends it at once; a job that runs is rejected. */
  async stop(): Promise<void> {
    this.#end(null);
    await this.#worker.terminate();
  }

  #watch(task: Task, stop: Int32Array): void {
    let stopTimer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      Atomics.store(stop, 0, 1);
      task.reject(task.signal.reason);
      stopTimer = setTimeout(() => {
        this.#kill("a job did not stop");
      }, this.#options.stopWithinMs);
    };
    const limitTimer = setTimeout(() => {
      task.reject(task.limit.error());
      this.#kill("a job took too long");
    }, task.limit.milliseconds);
    task.signal.addEventListener("abort", onAbort, { once: true });
    this.#release = () => {
      clearTimeout(stopTimer);
      clearTimeout(limitTimer);
      task.signal.removeEventListener("abort", onAbort);
    };
  }

  #accept(message: MessageFromWorker): void {
    const task = this.#task;
    if (task === null || message.id !== this.#jobId) return;
    if (message.type === "needs-vocabulary") {
      void this.#load(task, message.id);
      return;
    }
    if (message.type === "done") task.resolve(message.result);
    else if (message.sentence !== null) task.reject(new AppError("INVALID", message.sentence));
    else task.reject(failure({ cause: new Error(message.detail) }));
    this.#finish();
    this.#options.onIdle(this);
  }

  async #load({ load, reject, signal }: Task, id: number): Promise<void> {
    let bytes: Uint8Array | null = null;
    try {
      if (load && !signal.aborted) bytes = await shareBytes(await load());
    } catch (error) {
      reject(error);
    }
    if (!this.#hasEnded) this.#post({ type: "vocabulary", id, bytes });
  }

  #finish(): void {
    this.#release();
    this.#release = () => undefined;
    this.#task = null;
    this.#worker.unref();
  }

  #kill(problem: string): void {
    this.#end(problem);
    void this.#worker.terminate();
  }

  #end(problem: string | null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#task?.reject(problem === MEMORY ? outOfMemory() : failure());
    this.#finish();
    this.#options.onEnd(this, problem);
  }

  #post(message: MessageToWorker): void {
    this.#worker.postMessage(message);
  }
}

function failure(options?: ErrorOptions): AppError {
  return new AppError(
    "UNAVAILABLE",
    "The worker that counts tokens has failed and is replaced. Try again.",
    options,
  );
}

function outOfMemory(): AppError {
  return new AppError(
    "TOO_LARGE",
    "This needs more memory than a worker that counts tokens may use. Send a smaller text or tokenizer.",
  );
}
