import type { GpuProcess } from "@/domain/gpu/gpu-process";

/** A part of the used memory; `isOther`: what no process accounts for. */
export interface VramPart {
  key: string;
  label: string;
  memoryMib: number;
  isOther: boolean;
}

const MOST_PARTS = 6;

/** Used memory by process, most first; the rest, and what no process accounts for (driver, contexts), is one part at the end. */
export function vramParts(processes: readonly GpuProcess[], usedMib: number): VramPart[] {
  const known = processes
    .filter((one) => (one.memoryUsedMib ?? 0) > 0)
    .sort((left, right) => (right.memoryUsedMib ?? 0) - (left.memoryUsedMib ?? 0))
    .slice(0, MOST_PARTS);
  const sumMib = known.reduce((sum, one) => sum + (one.memoryUsedMib ?? 0), 0);
  // A list that was read at another moment may hold more than is used now: then it says nothing of it.
  if (known.length === 0 || sumMib > usedMib * 1.05) return [];
  const parts = known.map((one) => ({
    key: String(one.pid),
    label: one.name ?? `pid ${one.pid}`,
    memoryMib: one.memoryUsedMib ?? 0,
    isOther: false,
  }));
  const otherMib = usedMib - sumMib;
  if (otherMib <= 0) return parts;
  return [...parts, { key: "other", label: "other", memoryMib: otherMib, isOther: true }];
}
