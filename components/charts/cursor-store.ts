import { nearestIndex } from "@/domain/chart/nearest-index";

export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

export interface ChartCursor {
  /** Time of the sample under the cursor; null = none. */
  timeMs: number | null;
  /** Stays where it is until it is freed. */
  isPinned: boolean;
  brush: TimeSpan | null;
}

export type CursorStore = ReturnType<typeof createCursorStore>;

/** The one cursor and brush of all plots of a page. Plots subscribe to it, so that moving it renders no page. */
export function createCursorStore() {
  let state: ChartCursor = { timeMs: null, isPinned: false, brush: null };
  let timesMs: readonly number[] = [];
  const listeners = new Set<() => void>();

  function set(change: Partial<ChartCursor>) {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }
  function snap(timeMs: number): number | null {
    return timesMs[nearestIndex(timesMs, timeMs)] ?? null;
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    snapshot: () => state,
    /** The times that the cursor can stand on, ascending. */
    setTimes(next: readonly number[]) {
      timesMs = next;
    },
    hover(timeMs: number) {
      if (!state.isPinned) set({ timeMs: snap(timeMs) });
    },
    leave() {
      if (!state.isPinned && state.timeMs !== null) set({ timeMs: null });
    },
    pin(timeMs: number) {
      set({ timeMs: snap(timeMs), isPinned: true });
    },
    /** Moves by samples; from no cursor it starts at the newest one. */
    step(count: number) {
      const last = timesMs.length - 1;
      if (last < 0) return;
      const here = state.timeMs === null ? last - count : nearestIndex(timesMs, state.timeMs);
      const index = Math.min(last, Math.max(0, here + count));
      set({ timeMs: timesMs[index] ?? null, isPinned: true });
    },
    setBrush(brush: TimeSpan | null) {
      set({ brush });
    },
    /** Esc: first the brush goes, then the pin. False when there was neither. */
    free(): boolean {
      if (state.brush) set({ brush: null });
      else if (state.isPinned || state.timeMs !== null) set({ timeMs: null, isPinned: false });
      else return false;
      return true;
    },
  };
}
