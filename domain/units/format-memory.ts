import type { PressureLevel, PressureThresholds } from "../pressure/pressure-level";
import { formatDecimals, NO_VALUE } from "./format-number";

const MIB_PER_GIB = 1_024;

/** Mebibytes as gibibytes with one decimal: 43.8. */
export function formatGib(mib: number): string {
  return formatDecimals(mib / MIB_PER_GIB, 1);
}

/** `43.8 / 48.0 GiB`; what is not known is "–". */
export function formatGibOf(usedMib: number | null, totalMib: number | null): string {
  const used = usedMib === null ? NO_VALUE : formatGib(usedMib);
  const total = totalMib === null ? NO_VALUE : formatGib(totalMib);
  return `${used} / ${total} GiB`;
}

/** How full, in percent; null when either is missing or the total is 0. */
export function memorySharePercent(usedMib: number | null, totalMib: number | null): number | null {
  if (usedMib === null || totalMib === null || totalMib <= 0) return null;
  return (usedMib / totalMib) * 100;
}

/** Thresholds of the memory pressure until the server has said which are set. */
export const usualThresholds: PressureThresholds = { warningPercent: 85, criticalPercent: 95 };

/** Where a share stands against the thresholds that bars and charts draw; without the delay with which a level is left. */
export function memoryLevel(
  sharePercent: number,
  { warningPercent, criticalPercent }: PressureThresholds = usualThresholds,
): PressureLevel {
  if (sharePercent >= criticalPercent) return "critical";
  return sharePercent >= warningPercent ? "warning" : "normal";
}
