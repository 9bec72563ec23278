import type { Column } from "@/domain/chart/break-at-gaps";
import type { ChartColour } from "./chart-colours";

/** One line of a plot. All columns have the length of `timesMs`. */
export interface ChartLine {
  key: string;
  label: string;
  colour: ChartColour;
  /** Dash pattern in pixels; none = solid. Two lines in one plot never share one. */
  dash?: readonly number[] | undefined;
  /** Fill below the line. */
  isArea?: boolean;
  timesMs: readonly number[];
  mean: Column;
  /** Envelope of buckets, drawn as a band; null for raw samples. */
  min: Column | null;
  max: Column | null;
  counts: readonly number[] | null;
  /** How far from the cursor a point of this line may be, where that is further than of the plot's others: a value on a slower beat. */
  reachMs?: number;
  /** The newest sample's value where it is known; a bucket would give its mean. */
  now?: number | null;
  /** Figure without its unit, as the legend shows it. */
  format: (value: number) => string;
}

export interface ChartThreshold {
  value: number;
  label: string;
  tone: "neutral" | "warn" | "crit";
  /** Where its words stand; two that are close take different sides. */
  side?: "left" | "right";
}

/** Something that happened at a time and has a value of its own: a dot beside the lines. */
export interface ChartMark {
  key: string;
  atMs: number;
  value: number;
  /** On hover; never the only place of a fact. */
  label: string;
  tone: "warn" | "crit";
}

/** A stretch in which something held: a power cap, critical memory. */
export interface ChartInterval {
  fromMs: number;
  toMs: number;
  label: string;
  tone: "warn" | "crit";
}

/** Dash patterns in the order of the series (grey print, any colour vision). */
export const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [12, 4],
  [4, 2, 1, 2, 1, 2],
  [5, 5],
  [14, 3, 4, 3],
];
export const othersDash: readonly number[] = [1, 3];

/** Simulated values are grey and dashed, whatever the series. */
export const simulatedDashes: readonly (readonly number[])[] = [
  [4, 3],
  [1, 3],
  [9, 3, 2, 3],
];
