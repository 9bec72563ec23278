import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { emptyReading, unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import type { PressureChange } from "@/domain/pressure/gpu-pressure";
import type { GpuTick, TokenEvent } from "@/domain/realtime/realtime-events";
import { createLiveStore, type LiveSocket } from "./live-store";

const startMs = 1_800_000_000_000;

function sample(gpuUuid: string) {
  const gpuIndex = gpuUuid === "a" ? 0 : 1;
  const recordedAtMs = Date.now() - 40;
  return {
    gpuUuid,
    gpuIndex,
    gpuName: null,
    recordedAtMs,
    source: "smi" as const,
    ...unknownDeviceFacts,
    host: "test-host",
    ...emptyReading("not_offered"),
  };
}

function tick(sequence: number, uuids = ["a", "b"]): GpuTick {
  return {
    sequence,
    serverTimeMs: Date.now(),
    pollIntervalMs: 1_000,
    simulated: false,
    samples: uuids.map(sample),
  };
}

function setUp() {
  const calls: string[] = [];
  const sent: {
    tick?: (tick: GpuTick) => void;
    pressure?: (change: PressureChange) => void;
    tokens?: (event: TokenEvent) => void;
    open?: () => void;
    end?: () => void;
  } = {};
  const socket: LiveSocket = {
    connect: () => void calls.push("connect"),
    disconnect: () => void calls.push("disconnect"),
    emit: (event, room) => void calls.push(`${event} ${room}`),
    onTick: (listener) => void (sent.tick = listener),
    onSources: () => undefined,
    onPressure: (listener) => void (sent.pressure = listener),
    onTokens: (listener) => void (sent.tokens = listener),
    onOpen: (listener) => void (sent.open = listener),
    onEnd: (listener) => void (sent.end = listener),
  };
  const store = createLiveStore({
    load: () => Promise.resolve(socket),
    nowMs: () => Date.now(),
    random: () => 0,
    afterPaint: (run) => {
      run();
    },
  });
  return { store, calls, sent };
}

async function openWith(uuidRoom: "gpus" | `gpu:${string}`) {
  const set = setUp();
  const seen: GpuTick[] = [];
  const leave = set.store.join(uuidRoom, (next) => seen.push(next));
  await vi.advanceTimersByTimeAsync(0);
  set.sent.open?.();
  return { ...set, seen, leave };
}

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("who may not read", () => {
  test("is not tried again and again, and is connected at once when that changes", async () => {
    const { store, calls, sent } = await openWith("gpus");
    sent.end?.();
    expect(store.status().state).toBe("lost");
    store.setRefused(true);
    calls.length = 0;
    await vi.advanceTimersByTimeAsync(600_000);
    store.retryNow();
    expect(calls).toEqual([]);
    expect(store.status()).toMatchObject({ state: "refused", nextTryAtMs: null });

    store.setRefused(false);
    expect(calls).toEqual(["connect"]);
    sent.open?.();
    expect(store.status().state).toBe("open");
  });

  test("an open connection is closed, and its end is no reason to try", async () => {
    const { store, calls, sent } = await openWith("gpus");
    store.setRefused(true);
    sent.end?.();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(calls).toEqual(["connect", "join gpus", "disconnect"]);
    expect(store.status().state).toBe("refused");
  });

  test("refused before the socket was loaded: it is not connected", async () => {
    const { store, calls } = setUp();
    store.join("gpus", () => undefined);
    store.setRefused(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toEqual([]);
    store.setRefused(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toEqual(["connect"]);
  });
});

describe("rooms", () => {
  test("nothing is loaded before somebody joins", () => {
    expect(setUp().store.status().state).toBe("idle");
  });
  test("a listener of one GPU sees that GPU alone", async () => {
    const { sent, seen } = await openWith("gpu:b");
    sent.tick?.(tick(1));
    expect(seen.map((next) => next.samples.map((one) => one.gpuUuid))).toEqual([["b"]]);
  });
  test("with the room of all GPUs the single ones are left: nothing comes twice", async () => {
    const { store, calls } = await openWith("gpu:b");
    store.join("gpus", () => undefined);
    expect(calls).toEqual(["connect", "join gpu:b", "join gpus", "leave gpu:b"]);
  });
  test("from page to page the connection stays; without any listener it closes", async () => {
    const { store, calls, leave } = await openWith("gpus");
    leave();
    const leaveNext = store.join("gpu:a", () => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).not.toContain("disconnect");
    leaveNext();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls.at(-1)).toBe("disconnect");
    expect(store.status().state).toBe("idle");
  });
});

describe("a lost connection", () => {
  test("says when it tries again, and pauses longer each time, up to 10 s", async () => {
    const { store, sent, calls } = await openWith("gpus");
    const pausesMs: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      sent.end?.();
      const { state, nextTryAtMs } = store.status();
      expect(state).toBe("lost");
      const pauseMs = (nextTryAtMs ?? 0) - Date.now();
      pausesMs.push(pauseMs);
      const before = calls.filter((call) => call === "connect").length;
      await vi.advanceTimersByTimeAsync(pauseMs);
      expect(calls.filter((call) => call === "connect").length).toBe(before + 1);
    }
    expect(pausesMs).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });
  test("joins its rooms again and moves the end of the range, so that the history fills the gap", async () => {
    const { store, sent, calls } = await openWith("gpus");
    sent.end?.();
    await vi.advanceTimersByTimeAsync(60_000);
    sent.open?.();
    expect(calls.at(-1)).toBe("join gpus");
    expect(store.status()).toMatchObject({ state: "open", anchorMs: startMs + 60_000 });
  });
});

describe("ticks", () => {
  test("tell the delay to the screen and the skew of the clock", async () => {
    const { store, sent } = await openWith("gpus");
    sent.tick?.({ ...tick(1), serverTimeMs: Date.now() + 3_000 });
    expect(store.status()).toMatchObject({ skewMs: 3_000, delayMs: 3_040, simulated: false });
    expect(store.serverNowMs()).toBe(Date.now() + 3_000);
  });
  test("a gap in the sequence moves the end of the range", async () => {
    const { store, sent } = await openWith("gpus");
    sent.tick?.(tick(1));
    await vi.advanceTimersByTimeAsync(20_000);
    sent.tick?.(tick(2));
    expect(store.status().anchorMs).toBe(startMs);
    sent.tick?.(tick(9));
    expect(store.status().anchorMs).toBe(startMs + 20_000);
  });
  test("a hidden tab draws nothing; shown again it draws the newest", async () => {
    const { store, sent, seen } = await openWith("gpus");
    store.setHidden(true);
    sent.tick?.(tick(1));
    sent.tick?.(tick(2));
    expect(seen).toEqual([]);
    store.setHidden(false);
    expect(seen.map((next) => next.sequence)).toEqual([2]);
  });
});

test("what happens to tokens comes beside the ticks of all GPUs, until those who listen leave", async () => {
  const { store, calls, sent } = await openWith("gpus");
  const seen: TokenEvent[] = [];
  const leave = store.onTokens((event) => seen.push(event));
  store.join("gpu:a", () => undefined); // comes with gpus already
  expect(calls).toEqual(["connect", "join gpus", "join tokens"]);
  const mark = {
    budgetId: "b",
    name: "chat",
    mark: 80,
    usedTokens: 8,
    dailyTokens: 10,
    atMs: 1,
  } as const;
  sent.tokens?.({ kind: "budget-mark", mark });
  sent.tick?.(tick(1));
  leave();
  sent.tokens?.({ kind: "budget-mark", mark });
  expect(seen).toEqual([{ kind: "budget-mark", mark }]);
  expect(calls.at(-1)).toBe("leave tokens");
});

test("a change of the memory pressure reaches those who listen, until they leave", async () => {
  const { store, sent } = await openWith("gpus");
  const seen: PressureChange[] = [];
  const leave = store.onPressure((change) => seen.push(change));
  const change = { version: 1 } as PressureChange;
  sent.pressure?.(change);
  leave();
  sent.pressure?.(change);
  expect(seen).toEqual([change]);
});

describe("a browser whose clock is a day off", () => {
  const dayMs = 86_400_000;

  test("shows the server's time from the first answer on, and a relative range ends there", () => {
    const { store } = setUp();
    expect(store.status().anchorMs).toBe(startMs);
    store.noteServerTime(startMs - dayMs);
    expect(store.serverNowMs()).toBe(startMs - dayMs);
    expect(store.status().anchorMs).toBe(startMs - dayMs);
  });

  test("learns it from a tick where no answer came before", async () => {
    const { store, sent } = await openWith("gpus");
    sent.tick?.({ ...tick(1), serverTimeMs: startMs + dayMs });
    expect(store.status().anchorMs).toBe(startMs + dayMs);
    // Messages that are a little late do not move the range each time.
    sent.tick?.({ ...tick(2), serverTimeMs: startMs + dayMs - 900 });
    expect(store.status().anchorMs).toBe(startMs + dayMs);
  });
});
