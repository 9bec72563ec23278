import type { PressureLevel } from "./pressure-level";

/**
 * How many inferences at once a service should allow that usually allows `max` (a whole number, 1 to 1024): all of them at
 * normal, max(1, ⌊0.75 max⌋) at warning, max(1, ⌊max ÷ 2⌋) at critical. Without a level there is no ground to hold back.
 */
export function advisedConcurrency(level: PressureLevel | null, max: number): number {
  if (level === "warning") return Math.max(1, Math.floor((3 * max) / 4));
  if (level === "critical") return Math.max(1, Math.floor(max / 2));
  return max;
}
