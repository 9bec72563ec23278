"use client";
import { useSearchParams } from "next/navigation";
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from "react";
import type { PressureChange } from "@/domain/pressure/gpu-pressure";
import type {
  GpuTick,
  RoomName,
  SourceChange,
  TokenEvent,
} from "@/domain/realtime/realtime-events";
import { formatOffset, parseTimeRange } from "@/domain/time/time-range";
import { createLiveStore, type LiveStatus, type LiveStore } from "./live-store";
import { loadSocket } from "./load-socket";
import { changeAddress } from "./url-state";

const LiveContext = createContext<LiveStore | null>(null);

interface LiveProviderProps {
  /** Tests pass their own. */
  store?: LiveStore;
  children: ReactNode;
}

/** Holds the one live connection of the page. */
export function LiveProvider({ store, children }: LiveProviderProps) {
  const [own] = useState(
    () =>
      store ??
      createLiveStore({
        load: loadSocket,
        nowMs: () => Date.now(),
        random: () => Math.random(),
        afterPaint: (run) => void requestAnimationFrame(run),
      }),
  );
  useEffect(() => {
    const follow = () => {
      own.setHidden(document.hidden);
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
    };
  }, [own]);
  return <LiveContext value={own}>{children}</LiveContext>;
}

export function useLiveStore(): LiveStore {
  const store = use(LiveContext);
  if (store === null) throw new Error("Wrap this in LiveProvider.");
  return store;
}

/** Renders again only when what `select` picks changes. `select` returns a primitive. */
export function useLiveStatus<Value>(select: (status: LiveStatus) => Value): Value {
  const store = useLiveStore();
  const pick = () => select(store.status());
  return useSyncExternalStore(store.subscribe, pick, pick);
}

/**
 * Whether values move. Needs <Suspense> above it (it reads the address). `paused` is true also for a range that
 * ends in the past. `lastMessageAtMs` is server time.
 */
export function useLive() {
  const store = useLiveStore();
  const params = useSearchParams();
  const paused = params.has("paused") || params.has("to");
  const connected = useLiveStatus((status) => status.state === "open");
  const lastMessageAtMs = useLiveStatus((status) => status.lastMessageAtMs);
  const skewMs = useLiveStatus((status) => Math.round(status.skewMs));

  const setPaused = useCallback(
    (next: boolean) => {
      const now = new URLSearchParams(window.location.search);
      if (next) {
        // The end is written down, so that the address shows others the same minutes.
        const endMs = now.get("to") ?? String(Math.round(store.serverNowMs()));
        changeAddress({ paused: "1", to: endMs }, "replace");
        return;
      }
      const from = now.get("from");
      const { spanMs } = parseTimeRange({ from, to: now.get("to") }, store.serverNowMs());
      const offset = from === null || from.startsWith("-") ? from : formatOffset(spanMs);
      store.moveAnchor();
      changeAddress({ paused: null, to: null, from: offset }, "replace");
    },
    [store],
  );
  return { paused, setPaused, connected, lastMessageAtMs, skewMs };
}

/**
 * Calls `onTick` with each new tick of a room, unless paused. A room `gpu:<uuid>` gives ticks with that GPU alone;
 * null joins nothing. Needs <Suspense> above it.
 */
export function useGpuTicks(room: RoomName | null, onTick: (tick: GpuTick) => void): void {
  const store = useLiveStore();
  const params = useSearchParams();
  const paused = params.has("paused") || params.has("to");
  const apply = useEffectEvent((tick: GpuTick) => {
    if (!paused) onTick(tick);
  });
  useEffect(() => {
    if (room === null) return;
    return store.join(room, (tick) => {
      apply(tick);
    });
  }, [store, room]);
}

/** Calls `onChange` when the collector finds or loses a source. */
export function useSourceChanges(onChange: (change: SourceChange) => void): void {
  const store = useLiveStore();
  const apply = useEffectEvent(onChange);
  useEffect(
    () =>
      store.onSources((change) => {
        apply(change);
      }),
    [store],
  );
}

/** Calls `onChange` when the memory of a GPU enters a level or critical is near, in the rooms that the page is in. */
export function usePressureChanges(onChange: (change: PressureChange) => void): void {
  const store = useLiveStore();
  const apply = useEffectEvent(onChange);
  useEffect(
    () =>
      store.onPressure((change) => {
        apply(change);
      }),
    [store],
  );
}

/** Calls `onEvent` when a server cut a prompt or a budget reached a mark. */
export function useTokenEvents(onEvent: (event: TokenEvent) => void): void {
  const store = useLiveStore();
  const apply = useEffectEvent(onEvent);
  useEffect(
    () =>
      store.onTokens((event) => {
        apply(event);
      }),
    [store],
  );
}
