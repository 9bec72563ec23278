import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { holdAdvisoryLock } from "./database";
import { createPoller } from "./poller";

type LockOptions = Parameters<typeof holdAdvisoryLock>[0];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  let lock: LockOptions | null = null;
  let held: AbortController | null = null;
  const state = { pid: 100 as number | null, started: 0, stopped: 0, restarts: 0, isHealthy: true };
  const ends: string[] = [];
  let stopMs = 0;
  const follows: boolean[] = [];
  const poller = createPoller({
    databaseUrl: "postgresql://x/y",
    startCollector() {
      state.started += 1;
      return {
        pid: () => state.pid,
        readProcesses: () => true,
        stop: async () => {
          state.stopped += 1;
          if (stopMs > 0) await new Promise((resolve) => setTimeout(resolve, stopMs));
          ends.push("collector");
        },
      };
    },
    isDatabaseHealthy: () => state.isHealthy,
    onRestart: () => (state.restarts += 1),
    onFollow: (isFollower) => follows.push(isFollower),
    logger: pino({ level: "silent" }),
    holdLock(options) {
      lock = options;
      return {
        stop: async () => {
          ends.push("lock");
          held?.abort();
        },
      };
    },
  });
  return {
    state,
    poller,
    follows,
    ends,
    collectorTakesToStop: (ms: number) => (stopMs = ms),
    hold: () => {
      held = new AbortController();
      void lock?.onHeld(held.signal);
    },
    lose: () => {
      held?.abort();
      lock?.onLost?.("The lock was lost.");
    },
    seconds: (count: number) => vi.advanceTimersByTimeAsync(count * 1_000),
  };
}

test("the process that holds the lock runs the collector; until then it follows the one that does", async () => {
  const { poller, hold, state, follows, seconds } = setUp();
  await seconds(2);
  expect(state.started).toBe(0);
  expect(follows.at(-1)).toBe(true);
  expect(poller.worker()).toMatchObject({ running: true, message: /Another/ });
  hold();
  expect(state.started).toBe(1);
  expect(follows.at(-1)).toBe(false);
  expect(poller.worker()).toMatchObject({ name: "gpu_collector", running: true });
  await poller.stop();
  expect(state.stopped).toBe(1);
});

test("a lock that is lost with the database does not stop the collector, and the same one goes on afterwards", async () => {
  const { poller, hold, lose, state, seconds } = setUp();
  hold();
  state.isHealthy = false;
  lose();
  await seconds(7_200);
  expect(state).toMatchObject({ started: 1, stopped: 0 });
  state.isHealthy = true;
  await seconds(5);
  hold();
  await seconds(60);
  expect(state).toMatchObject({ started: 1, stopped: 0 });
  await poller.stop();
});

test("when the database is back and another process has the lock, this one stops and follows", async () => {
  const { poller, hold, lose, state, follows, seconds } = setUp();
  hold();
  lose();
  await seconds(20);
  expect(state.stopped).toBe(1);
  expect(follows.at(-1)).toBe(true);
  hold(); // the other one is gone
  expect(state.started).toBe(2);
  await poller.stop();
});

test("the lock is given back after the collector has ended, and none is started any more", async () => {
  const { poller, hold, state, ends, collectorTakesToStop, seconds } = setUp();
  hold();
  collectorTakesToStop(2_000);
  const stopped = poller.stop();
  await seconds(1);
  expect(ends).toEqual([]);
  hold(); // an answer of the database that was under way
  await seconds(2);
  await stopped;
  expect(ends).toEqual(["collector", "lock"]);
  expect(state.started).toBe(1);
});

test("stop waits for a collector that was just handed over", async () => {
  const { poller, hold, lose, ends, collectorTakesToStop, seconds } = setUp();
  hold();
  collectorTakesToStop(10_000);
  lose();
  await seconds(16);
  const stopped = poller.stop();
  await seconds(1);
  expect(ends).toEqual([]);
  await seconds(10);
  await stopped;
  expect(ends).toEqual(["collector", "lock"]);
});

test("a collector that is being restarted is not running, and each restart is told once", async () => {
  const { poller, hold, state, seconds } = setUp();
  hold();
  await seconds(1);
  state.pid = null;
  expect(poller.worker()).toMatchObject({ running: false });
  await seconds(3);
  state.pid = 200;
  await seconds(3);
  expect(state.restarts).toBe(1);
  expect(poller.worker()).toMatchObject({ running: true });
  await poller.stop();
});
