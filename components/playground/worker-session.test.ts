import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MeasureInput, PromptMeasure, WorkerAnswer, WorkerRequest } from "./worker-messages";
import { createWorkerSession, REPLACED_AFTER_MS } from "./worker-session";

interface FakeWorker {
  sent: WorkerRequest[];
  hear: (answer: WorkerAnswer) => void;
  fail: (reason: string) => void;
  isTerminated: boolean;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const workers: FakeWorker[] = [];
  const seen: string[] = [];
  const session = createWorkerSession(
    (hear, fail) => {
      const worker: FakeWorker = { sent: [], hear, fail, isTerminated: false };
      workers.push(worker);
      return {
        postMessage: (request) => void worker.sent.push(request),
        terminate: () => void (worker.isTerminated = true),
      };
    },
    {
      onLoading: ({ loadedBytes }) => void seen.push(`loading ${loadedBytes}`),
      onMeasured: ({ totalTokens }) => void seen.push(`measured ${totalTokens}`),
      onSplit: ({ text }) => void seen.push(`split ${text}`),
      onFailed: (reason) => void seen.push(`failed ${reason}`),
    },
  );
  return { session, workers, seen };
}

const input = (maxTokens: number): MeasureInput => ({
  encoding: "cl100k_base",
  sections: [],
  maxTokens,
  priorities: [],
});
const measured = (request: WorkerRequest | undefined, totalTokens: number): WorkerAnswer => ({
  kind: "measured",
  id: request?.id ?? -1,
  measure: { totalTokens } as PromptMeasure,
});

test("the worker starts with the first work; of requests that wait only the newest is done", () => {
  const { session, workers, seen } = setUp();
  expect(workers).toHaveLength(0);
  for (const maxTokens of [1, 2, 3]) session.measure(input(maxTokens));
  const [worker] = workers;
  expect(worker?.sent.map((request) => request.input)).toEqual([input(1)]);
  // The first is older than what waits: it is not shown.
  worker?.hear(measured(worker.sent[0], 10));
  expect(seen).toEqual([]);
  expect(worker?.sent.map((request) => request.input)).toEqual([input(1), input(3)]);
  worker?.hear(measured(worker.sent[1], 30));
  expect(seen).toEqual(["measured 30"]);
  expect(workers).toHaveLength(1);
});

test("a job that keeps a newer one waiting is ended with its worker, and the other kind of work is done again", () => {
  const { session, workers, seen } = setUp();
  session.measure(input(1));
  session.split({ encoding: "cl100k_base", text: "a", maxTokens: 5 });
  const [first] = workers;
  first?.hear({ kind: "started", id: first.sent[0]?.id ?? -1 });
  session.measure(input(2));
  vi.advanceTimersByTime(REPLACED_AFTER_MS - 1);
  expect(first?.isTerminated).toBe(false);
  vi.advanceTimersByTime(1);
  expect(first?.isTerminated).toBe(true);
  const [, second] = workers;
  expect(second?.sent.map(({ kind }) => kind)).toEqual(["measure", "split"]);
  expect(second?.sent[0]?.input).toEqual(input(2));
  // What the ended worker still says is nobody's business.
  first?.hear(measured(first.sent[0], 1));
  expect(seen).toEqual([]);
});

test("loading the vocabulary is no reason to replace the worker, nor is a job that nobody waits behind", () => {
  const { session, workers } = setUp();
  session.measure(input(1));
  session.measure(input(2));
  vi.advanceTimersByTime(REPLACED_AFTER_MS * 10);
  expect(workers).toHaveLength(1);
  workers[0]?.hear(measured(workers[0].sent[0], 1));
  workers[0]?.hear({ kind: "started", id: workers[0].sent[1]?.id ?? -1 });
  vi.advanceTimersByTime(REPLACED_AFTER_MS * 10);
  expect(workers).toHaveLength(1);
});

test("a failure is told once, and nothing is asked any more", () => {
  const { session, workers, seen } = setUp();
  session.measure(input(1));
  workers[0]?.hear({ kind: "loading", loadedBytes: 7, totalBytes: null });
  workers[0]?.fail("no worker");
  session.measure(input(2));
  expect(seen).toEqual(["loading 7", "failed no worker"]);
  expect(workers[0]?.isTerminated).toBe(true);
  expect(workers).toHaveLength(1);
});
