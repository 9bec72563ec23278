import { compareLevels, type PressureLevel, type PressureThresholds } from "./pressure-level";

/** A level is left only this many points below its threshold … */
const LEAVE_MARGIN_POINTS = 2;
/** … and only after that long. */
const LEAVE_AFTER_MS = 10_000;
/** What lies between two samples further apart than this is unknown: five of the slowest polls. */
const LONGEST_GAP_MS = 300_000;

/** What is remembered of one GPU between two samples. */
export interface PressureState {
  /** Null while the memory is not known. */
  level: PressureLevel | null;
  /** The last known level: a GPU whose memory is unknown for a while comes back to it without a transition. */
  lastLevel: PressureLevel | null;
  /** Sample time at which `lastLevel` began; null before any. */
  sinceMs: number | null;
  /** Since when the share is far enough below the threshold of each level; null while it is not. */
  belowSinceMs: { warning: number | null; critical: number | null };
  lastAtMs: number | null;
}

/** A change from one known level to another; `from` null = the first that is known, and not normal. */
export interface LevelChange {
  from: PressureLevel | null;
  to: PressureLevel;
}

export const unknownPressure: PressureState = {
  level: null,
  lastLevel: null,
  sinceMs: null,
  belowSinceMs: { warning: null, critical: null },
  lastAtMs: null,
};

/** A state as it was stored: the level and since when. How long the share is low already is not known. */
export function restoredPressure(level: PressureLevel, sinceMs: number): PressureState {
  return { ...unknownPressure, lastLevel: level, sinceMs };
}

/**
 * The state after one more sample of a GPU, and the transition that it makes, if any; one at most, over however many levels.
 *
 *     share   normal ──85──▸ warning ──95──▸ critical     entering: at once
 *             normal ◂─83─── warning ◂─93─── critical     leaving: this low for 10 s, by the times of the samples
 *
 * Unknown memory (`sharePercent` null) has no level and makes no transition. When the clock goes back, or nothing came for
 * five minutes, the ten seconds begin again.
 */
export function nextPressure(
  state: PressureState,
  sample: { atMs: number; sharePercent: number | null },
  thresholds: PressureThresholds,
): { state: PressureState; change: LevelChange | null } {
  const { atMs, sharePercent } = sample;
  if (sharePercent === null) {
    const belowSinceMs = { warning: null, critical: null };
    return { state: { ...state, level: null, belowSinceMs, lastAtMs: atMs }, change: null };
  }
  const isContinuous =
    state.lastAtMs !== null && atMs >= state.lastAtMs && atMs - state.lastAtMs <= LONGEST_GAP_MS;
  const belowFor = (sinceMs: number | null, threshold: number) =>
    sharePercent > threshold - LEAVE_MARGIN_POINTS ? null : isContinuous ? (sinceMs ?? atMs) : atMs;
  const belowSinceMs = {
    warning: belowFor(state.belowSinceMs.warning, thresholds.warningPercent),
    critical: belowFor(state.belowSinceMs.critical, thresholds.criticalPercent),
  };
  const reached = levelOf(sharePercent, thresholds);
  const held = levelHeld({ last: state.lastLevel, belowSinceMs, atMs });
  const level = compareLevels(reached, held) > 0 ? reached : held;
  const isNew = level !== state.lastLevel;
  return {
    state: {
      level,
      lastLevel: level,
      sinceMs: isNew ? atMs : state.sinceMs,
      belowSinceMs,
      lastAtMs: atMs,
    },
    // A GPU that is first seen at normal has changed nothing.
    change:
      isNew && !(state.lastLevel === null && level === "normal")
        ? { from: state.lastLevel, to: level }
        : null,
  };
}

/** Where a share stands against the thresholds; it is not rounded before. */
function levelOf(sharePercent: number, thresholds: PressureThresholds): PressureLevel {
  if (sharePercent >= thresholds.criticalPercent) return "critical";
  return sharePercent >= thresholds.warningPercent ? "warning" : "normal";
}

/** The level that is not yet left. */
function levelHeld(options: {
  last: PressureLevel | null;
  belowSinceMs: PressureState["belowSinceMs"];
  atMs: number;
}): PressureLevel {
  const { last, belowSinceMs, atMs } = options;
  const isLeft = (sinceMs: number | null) => sinceMs !== null && atMs - sinceMs >= LEAVE_AFTER_MS;
  if (last === "critical" && !isLeft(belowSinceMs.critical)) return "critical";
  if (last !== null && last !== "normal" && !isLeft(belowSinceMs.warning)) return "warning";
  return "normal";
}
