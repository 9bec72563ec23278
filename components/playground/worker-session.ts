import type {
  MeasureInput,
  PromptMeasure,
  SplitInput,
  TokenSplit,
  WorkerAnswer,
  WorkerRequest,
} from "./worker-messages";

interface RunningWorker {
  postMessage(request: WorkerRequest): void;
  terminate(): void;
}

/** Starts a worker; `hear` gets its answers, `fail` why it can do nothing. Tests give a fake. */
export type StartWorker = (
  hear: (answer: WorkerAnswer) => void,
  fail: (reason: string) => void,
) => RunningWorker;

export interface SessionEvents {
  onLoading(progress: { loadedBytes: number; totalBytes: number | null }): void;
  onMeasured(measure: PromptMeasure): void;
  onSplit(split: TokenSplit): void;
  /** The worker can do nothing: it did not start, or its ranks did not come. */
  onFailed(reason: string): void;
}

export interface WorkerSession {
  measure(input: MeasureInput): void;
  split(input: SplitInput): void;
  stop(): void;
}

interface Lane {
  running: { request: WorkerRequest; hasStarted: boolean } | null;
  waiting: WorkerRequest | null;
}

/** A running job may take so long when a newer one waits; then its worker is replaced. */
export const REPLACED_AFTER_MS = 1_000;

/**
 * Work in a worker, of each kind the newest only: while one runs the newest waits and those between are dropped. A worker cannot hear
 * while it splits a long text, so one that keeps a newer request waiting is replaced.
 */
export function createWorkerSession(
  startWorker: StartWorker,
  events: SessionEvents,
): WorkerSession {
  const lanes: Record<WorkerRequest["kind"], Lane> = {
    measure: { running: null, waiting: null },
    split: { running: null, waiting: null },
  };
  let worker: RunningWorker | null = null;
  let lastId = 0;
  let replacing: ReturnType<typeof setTimeout> | null = null;
  let isStopped = false;

  function submit(request: WorkerRequest) {
    if (isStopped) return;
    const lane = lanes[request.kind];
    lane.waiting = request;
    if (lane.running === null) next(request.kind);
    else considerReplacing();
  }

  function next(kind: WorkerRequest["kind"]) {
    const lane = lanes[kind];
    const request = lane.waiting;
    lane.waiting = null;
    lane.running = request === null ? null : { request, hasStarted: false };
    if (request !== null) current().postMessage(request);
  }

  function current(): RunningWorker {
    if (worker !== null) return worker;
    const started = startWorker(
      (answer) => {
        if (started === worker) hear(answer);
      },
      (reason) => {
        if (started === worker) fail(reason);
      },
    );
    worker = started;
    return started;
  }

  function hear(answer: WorkerAnswer) {
    if (answer.kind === "loading") {
      events.onLoading(answer);
      return;
    }
    const kind = lanes.measure.running?.request.id === answer.id ? "measure" : "split";
    const lane = lanes[kind];
    if (lane.running?.request.id !== answer.id) return;
    if (answer.kind === "started") {
      lane.running.hasStarted = true;
      considerReplacing();
      return;
    }
    if (answer.kind === "failed") {
      fail(answer.reason);
      return;
    }
    // Of an older text only when nothing newer waits: else what is shown would flicker backwards.
    if (lane.waiting === null) {
      if (answer.kind === "measured") events.onMeasured(answer.measure);
      else events.onSplit(answer.split);
    }
    next(kind);
  }

  function considerReplacing() {
    const isHeld = Object.values(lanes).some(
      ({ running, waiting }) => waiting !== null && running?.hasStarted === true,
    );
    if (!isHeld || replacing !== null) return;
    const held = Object.values(lanes).map(({ running }) => running);
    replacing = setTimeout(() => {
      replacing = null;
      const isSame = Object.values(lanes).some(
        ({ running, waiting }, index) => waiting !== null && running === held[index],
      );
      if (isSame) replace();
      else considerReplacing();
    }, REPLACED_AFTER_MS);
  }

  /** What ran in the other lane is done again. */
  function replace() {
    end();
    for (const kind of ["measure", "split"] as const) {
      lanes[kind].waiting ??= lanes[kind].running?.request ?? null;
      next(kind);
    }
  }

  function end() {
    worker?.terminate();
    worker = null;
    if (replacing !== null) clearTimeout(replacing);
    replacing = null;
  }

  function fail(reason: string) {
    end();
    isStopped = true;
    events.onFailed(reason);
  }

  return {
    measure: (input) => {
      submit({ id: (lastId += 1), kind: "measure", input });
    },
    split: (input) => {
      submit({ id: (lastId += 1), kind: "split", input });
    },
    stop: () => {
      isStopped = true;
      end();
    },
  };
}
