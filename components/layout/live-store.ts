import type { PressureChange } from "@/domain/pressure/gpu-pressure";
import type {
  GpuTick,
  RoomName,
  SourceChange,
  TokenEvent,
} from "@/domain/realtime/realtime-events";
import { createClockSkew } from "./clock-skew";

/** The part of a socket.io client that is used; tests pass a fake. */
export interface LiveSocket {
  connect: () => void;
  disconnect: () => void;
  emit: (event: "join" | "leave", room: RoomName, answer?: (result: unknown) => void) => void;
  onTick: (listener: (tick: GpuTick) => void) => void;
  onSources: (listener: (change: SourceChange) => void) => void;
  onPressure: (listener: (change: PressureChange) => void) => void;
  onTokens: (listener: (event: TokenEvent) => void) => void;
  onOpen: (listener: () => void) => void;
  /** Called when the connection ends and when it could not be made. */
  onEnd: (listener: () => void) => void;
}

export interface LiveStatus {
  /** `refused`: who asks may not read, so nothing is tried. */
  state: "idle" | "connecting" | "open" | "lost" | "refused";
  /** Server time of the newest tick; null before the first. */
  lastMessageAtMs: number | null;
  /** When the next try to connect is made, in the browser's time; null unless lost. */
  nextTryAtMs: number | null;
  /** Server time minus the browser's. */
  skewMs: number;
  /** From the newest sample's time to its paint, median of the last ticks; null before the first. */
  delayMs: number | null;
  /** Whether the newest tick holds simulated values; null before the first. */
  simulated: boolean | null;
  /** Where a relative range ends: server time that moves in steps, so that histories are not asked each second. */
  anchorMs: number;
}

interface LiveStoreOptions {
  load: () => Promise<LiveSocket>;
  nowMs: () => number;
  /** In [0, 1). */
  random: () => number;
  /** Runs after the next paint. */
  afterPaint: (run: () => void) => void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const CLOSE_AFTER_MS = 2_000;
const DELAYS_KEPT = 9;
const GAP_REFETCH_EVERY_MS = 5_000;
/** More than a message can be late: what was taken for the server's time was wrong. */
const CLOCK_JUMP_MS = 5_000;

export type LiveStore = ReturnType<typeof createLiveStore>;

/**
 * One connection for the whole page. It opens with the first room that somebody joins, is made again with growing,
 * jittered pauses when it ends, and closes a moment after the last room is left.
 */
export function createLiveStore({ load, nowMs, random, afterPaint }: LiveStoreOptions) {
  const skew = createClockSkew();
  const statusListeners = new Set<() => void>();
  const sourceListeners = new Set<(change: SourceChange) => void>();
  const pressureListeners = new Set<(change: PressureChange) => void>();
  const tokenListeners = new Set<(event: TokenEvent) => void>();
  const rooms = new Map<RoomName, Set<(tick: GpuTick) => void>>();
  const joined = new Set<RoomName>();
  const delaysMs: number[] = [];
  let socket: LiveSocket | null = null;
  let isLoading = false;
  let failures = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let closeTimer: ReturnType<typeof setTimeout> | undefined;
  let isHidden = false;
  let isRefused = false;
  let missedWhileHidden: GpuTick | null = null;
  let lastSequence: number | null = null;
  let status: LiveStatus = {
    state: "idle",
    lastMessageAtMs: null,
    nextTryAtMs: null,
    skewMs: 0,
    delayMs: null,
    simulated: null,
    anchorMs: nowMs(),
  };

  function update(changes: Partial<LiveStatus>) {
    status = { ...status, ...changes };
    for (const listener of statusListeners) listener();
  }

  function serverNowMs() {
    return nowMs() + skew.valueMs();
  }

  /** What the server's clock said just now. A browser whose clock is far off has shown another time until then. */
  function noteServerTime(serverTimeMs: number) {
    const beforeMs = serverNowMs();
    skew.add(serverTimeMs - nowMs());
    if (Math.abs(serverNowMs() - beforeMs) > CLOCK_JUMP_MS) moveAnchor();
  }

  function moveAnchor() {
    update({ anchorMs: serverNowMs() });
  }

  // `gpus` carries what every single room carries: with it the others would come twice.
  function wantedRooms(): RoomName[] {
    const wanted = [...rooms.keys()];
    return rooms.has("gpus") ? wanted.filter((room) => !room.startsWith("gpu:")) : wanted;
  }

  function syncRooms() {
    if (socket === null || status.state !== "open") return;
    const wanted = new Set(wantedRooms());
    for (const room of wanted) {
      if (joined.has(room)) continue;
      joined.add(room);
      socket.emit("join", room, () => undefined);
    }
    for (const room of joined) {
      if (wanted.has(room)) continue;
      joined.delete(room);
      socket.emit("leave", room);
    }
  }

  function open() {
    clearTimeout(retryTimer);
    if (isLoading || isRefused || status.state === "open") return;
    if (status.state === "idle") update({ state: "connecting" });
    if (socket !== null) {
      socket.connect();
      return;
    }
    isLoading = true;
    load().then(
      (loaded) => {
        isLoading = false;
        socket = loaded;
        loaded.onTick(receive);
        loaded.onSources((change) => {
          for (const listener of sourceListeners) listener(change);
        });
        loaded.onPressure((change) => {
          for (const listener of pressureListeners) listener(change);
        });
        loaded.onTokens((event) => {
          for (const listener of tokenListeners) listener(event);
        });
        loaded.onOpen(onOpen);
        loaded.onEnd(onEnd);
        if (isRefused) return;
        if (rooms.size > 0) loaded.connect();
        else update({ state: "idle" });
      },
      () => {
        isLoading = false;
        onEnd();
      },
    );
  }

  function onOpen() {
    const wasLost = status.state === "lost";
    failures = 0;
    joined.clear();
    update({ state: "open", nextTryAtMs: null });
    syncRooms();
    if (wasLost) moveAnchor(); // the history fills in what was missed
  }

  function onEnd() {
    joined.clear();
    if (rooms.size === 0 || isRefused) {
      update({ state: isRefused ? "refused" : "idle", nextTryAtMs: null });
      return;
    }
    const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
    // Half fixed, half random: after a restart of the server not all browsers come at once.
    const pauseMs = longestMs * (0.5 + random() / 2);
    failures += 1;
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, pauseMs);
    update({ state: "lost", nextTryAtMs: nowMs() + pauseMs });
  }

  function receive(tick: GpuTick) {
    noteServerTime(tick.serverTimeMs);
    const hasGap = lastSequence !== null && ![0, 1].includes(tick.sequence - lastSequence);
    lastSequence = tick.sequence;
    if (isHidden) {
      missedWhileHidden = tick;
      return;
    }
    dispatch(tick);
    if (hasGap && serverNowMs() - status.anchorMs > GAP_REFETCH_EVERY_MS) moveAnchor();
  }

  function dispatch(tick: GpuTick) {
    for (const [room, listeners] of rooms) {
      const own = tickOf(tick, room);
      if (own !== null) for (const listener of listeners) listener(own);
    }
    afterPaint(() => {
      noteDelay(tick);
      update({
        lastMessageAtMs: tick.serverTimeMs,
        simulated: tick.simulated,
        skewMs: skew.valueMs(),
        delayMs: medianOf(delaysMs),
      });
    });
  }

  function noteDelay(tick: GpuTick) {
    if (tick.samples.length === 0) return;
    const newestMs = Math.max(...tick.samples.map((sample) => sample.recordedAtMs));
    delaysMs.push(Math.max(0, serverNowMs() - newestMs));
    if (delaysMs.length > DELAYS_KEPT) delaysMs.shift();
  }

  function closeSoon() {
    clearTimeout(closeTimer);
    closeTimer = setTimeout(() => {
      if (rooms.size > 0) return;
      clearTimeout(retryTimer);
      socket?.disconnect();
      update({ state: isRefused ? "refused" : "idle", nextTryAtMs: null });
    }, CLOSE_AFTER_MS);
  }

  /** Calls `listener` with each tick of a room until the returned function is called. */
  function join(room: RoomName, listener: (tick: GpuTick) => void) {
    const listeners = rooms.get(room) ?? new Set();
    rooms.set(room, listeners.add(listener));
    if (status.state === "open") syncRooms();
    else if (status.state === "idle") open();
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      rooms.delete(room);
      syncRooms();
      if (rooms.size === 0) closeSoon();
    };
  }

  return {
    subscribe: (listener: () => void) => {
      statusListeners.add(listener);
      return () => {
        statusListeners.delete(listener);
      };
    },
    status: () => status,
    serverNowMs,
    noteServerTime,
    moveAnchor,
    join,
    onSources(listener: (change: SourceChange) => void) {
      sourceListeners.add(listener);
      return () => {
        sourceListeners.delete(listener);
      };
    },
    onPressure(listener: (change: PressureChange) => void) {
      pressureListeners.add(listener);
      return () => {
        pressureListeners.delete(listener);
      };
    },
    /** Joins the room `tokens`, too. Answers the function that ends it. */
    onTokens(listener: (event: TokenEvent) => void) {
      tokenListeners.add(listener);
      const leave = join("tokens", () => undefined);
      return () => {
        tokenListeners.delete(listener);
        leave();
      };
    },
    /** Tries to connect at once instead of at `nextTryAtMs`. */
    retryNow: open,
    /** True: who asks may not read, so nothing is tried until that changes. */
    setRefused(refused: boolean) {
      if (refused === isRefused) return;
      isRefused = refused;
      clearTimeout(retryTimer);
      if (refused) {
        update({ state: "refused", nextTryAtMs: null });
        socket?.disconnect();
        return;
      }
      update({ state: rooms.size > 0 ? "lost" : "idle" }); // lost: what was missed is asked when it is open again
      if (rooms.size > 0) open();
    },
    /** A hidden tab keeps only the newest tick; when it is shown again, that tick and the history follow. */
    setHidden(hidden: boolean) {
      isHidden = hidden;
      if (hidden || missedWhileHidden === null) return;
      const tick = missedWhileHidden;
      missedWhileHidden = null;
      dispatch(tick);
      moveAnchor();
    },
  };
}

/** The tick as a room sees it, or null when it holds nothing of that room. */
function tickOf(tick: GpuTick, room: RoomName): GpuTick | null {
  if (room === "gpus") return tick;
  const samples = tick.samples.filter((sample) => room === `gpu:${sample.gpuUuid}`);
  return samples.length === 0 ? null : { ...tick, samples };
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
