import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { AppError } from "@/server/errors";
import { projectFolder } from "@/server/project-folder";
import { WorkerPool, type WorkerPoolOptions } from "./worker-pool";
import type { Task } from "./worker-thread";

// With workers that hang, exit and fail as they are told.

const lines: unknown[] = [];
const pools: WorkerPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
  lines.splice(0);
});

function poolOf(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({
    program: {
      file: path.join(projectFolder, "fixtures", "token-worker", "stand-in.mjs"),
      execArgv: [],
      maxHeapMib: 32,
    },
    size: 1,
    mostWaiting: 2,
    mostWaitingBytes: 1_000,
    stopWithinMs: 1,
    logger: { warn: (line: unknown) => void lines.push(line) },
    ...options,
  });
  pools.push(pool);
  return pool;
}

const never = () => new AppError("INVALID", "too long");
const run = (pool: WorkerPool, texts: string[], options: Partial<Task> = {}) =>
  pool.run(
    { kind: "count", vocabulary: { kind: "tokenizer", id: "a" }, texts },
    {
      signal: new AbortController().signal,
      load: null,
      limit: { milliseconds: 600_000, error: never },
      ...options,
    },
  );

describe("a worker that fails is replaced, and its job says so", () => {
  test.each([
    ["exit", "UNAVAILABLE", "has failed and is replaced"],
    ["throw", "UNAVAILABLE", "has failed and is replaced"],
    ["memory", "TOO_LARGE", "more memory"],
  ])("%s", async (deed, code, sentence) => {
    const pool = poolOf();
    const failing = run(pool, [deed]);
    const next = run(pool, ["abc"]);
    await expect(failing).rejects.toMatchObject({
      code,
      message: expect.stringContaining(sentence) as string,
    });
    expect(await next).toEqual([3]);
    expect(lines).toHaveLength(1);
  });

  test("a program that cannot be started is told of, each time", async () => {
    const pool = poolOf({ program: { file: "/nowhere.mjs", execArgv: [], maxHeapMib: 32 } });
    await expect(run(pool, ["a"])).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(run(pool, ["a"])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("a job that nobody waits for", () => {
  test("is rejected at once; a worker that does not stop is ended and replaced", async () => {
    const pool = poolOf();
    const leaving = new AbortController();
    const hung = run(pool, ["hang"], { signal: leaving.signal });
    const next = run(pool, ["abcd"]);
    leaving.abort(new Error("left"));
    await expect(hung).rejects.toThrow("left");
    expect(await next).toEqual([4]);
    expect(lines).toEqual([{ problem: "a job did not stop" }]);
  });

  test("gives its place in the queue back", async () => {
    const pool = poolOf();
    const leaving = new AbortController();
    const hung = run(pool, ["hang"], { signal: leaving.signal });
    const waiting = run(pool, ["a"], { signal: leaving.signal });
    const staying = run(pool, ["ab"]);
    expect(pool.waiting).toBe(2);
    leaving.abort(new Error("left"));
    expect(pool.waiting).toBe(1);
    await expect(waiting).rejects.toThrow("left");
    await expect(hung).rejects.toThrow("left");
    expect(await staying).toEqual([2]);
    await expect(run(pool, ["a"], { signal: leaving.signal })).rejects.toThrow("left");
  });

  test("one that takes too long ends with its own sentence", async () => {
    const pool = poolOf();
    const limit = { milliseconds: 1, error: () => new AppError("INVALID", "took too long") };
    await expect(run(pool, ["hang"], { limit })).rejects.toThrow("took too long");
    expect(await run(pool, ["abc"])).toEqual([3]);
  });
});

test("too many, or too much, that waits is refused with a time to try again", async () => {
  const pool = poolOf();
  const leaving = new AbortController();
  const hung = run(pool, ["hang"], { signal: leaving.signal });
  const refusal = { code: "TOO_MANY", retryAfterSeconds: 1 };
  await expect(run(pool, ["x".repeat(501)])).rejects.toMatchObject(refusal);
  const waiting = [run(pool, ["a"]), run(pool, ["ab"])];
  await expect(run(pool, ["a"])).rejects.toMatchObject(refusal);
  leaving.abort(new Error("left"));
  await expect(hung).rejects.toThrow("left");
  expect(await Promise.all(waiting)).toEqual([[1], [2]]);
});

test("a vocabulary is loaded when a worker asks for it; one that cannot be is the job's error", async () => {
  const pool = poolOf();
  const load = () => Promise.resolve(new Uint8Array(7));
  expect(await run(pool, ["load"], { load })).toEqual([7]);
  const gone = () => Promise.reject(new AppError("NOT_FOUND", "There is no such tokenizer."));
  await expect(run(pool, ["load"], { load: gone })).rejects.toThrow("no such tokenizer");
  expect(await run(pool, ["ab"])).toEqual([2]);
});

test("the end of the pool is told to all who wait", async () => {
  const pool = poolOf();
  const jobs = [run(pool, ["hang"]), run(pool, ["a"])].map((job) =>
    job.catch((error: unknown) => error),
  );
  await pool.stop();
  for (const job of jobs) expect(await job).toMatchObject({ code: "UNAVAILABLE" });
  await expect(run(pool, ["a"])).rejects.toThrow("being stopped");
  expect(lines).toEqual([]);
});
