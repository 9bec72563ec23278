import * as z from "zod";

/** Mildest first: normal < warning threshold ≤ warning < critical threshold ≤ critical. */
const levels = ["normal", "warning", "critical"] as const;

/** How full the memory of a GPU is, in steps that others act on. Where the memory is not known there is no level: null. */
export const PressureLevel = z.enum(levels);
export type PressureLevel = z.infer<typeof PressureLevel>;

/** Shares of the memory, in percent, at which a level begins. */
export const PressureThresholds = z.object({
  warningPercent: z.number().min(0).max(100),
  criticalPercent: z.number().min(0).max(100),
});
export type PressureThresholds = z.infer<typeof PressureThresholds>;

/** Positive when `a` is worse than `b`. */
export function compareLevels(a: PressureLevel, b: PressureLevel): number {
  return levels.indexOf(a) - levels.indexOf(b);
}

/** The worst of some levels; null when none is known. */
export function worstLevel(known: readonly (PressureLevel | null)[]): PressureLevel | null {
  return known.reduce<PressureLevel | null>(
    (worst, level) =>
      level !== null && (worst === null || compareLevels(level, worst) > 0) ? level : worst,
    null,
  );
}
