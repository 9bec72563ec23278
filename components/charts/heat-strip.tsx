import { type HeatGrid, heatStep } from "@/domain/chart/heat-cells";
import type { TimeSpan } from "./cursor-store";
import { hatch } from "./plot-furniture";

interface HeatStripProps {
  grid: HeatGrid;
  /** One a cell of the grid; null where nothing was measured. */
  cells: readonly (number | null)[];
  span: TimeSpan;
  min: number;
  max: number;
  /** A row below another one: narrower and lower. */
  isLow?: boolean;
}

const WIDTH = 1_200;
const HEIGHT = 26;
const BETWEEN = 1;

/** One row of a heat map: nine steps of one colour scale, hatched where nothing was measured. */
export function HeatStrip({ grid, cells, span, min, max, isLow }: HeatStripProps) {
  const scale = WIDTH / (span.toMs - span.fromMs);
  const width = Math.max(0.5, grid.cellMs * scale - BETWEEN).toFixed(2);
  const paths = new Map<number, string>();
  cells.forEach((value, index) => {
    if (value === null) return;
    const step = heatStep(value, min, max);
    const x = ((grid.firstMs + index * grid.cellMs - span.fromMs) * scale).toFixed(2);
    paths.set(step, `${paths.get(step) ?? ""}M${x} 0h${width}v${HEIGHT}h-${width}z`);
  });
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ backgroundImage: hatch }}
      className={`block w-full overflow-hidden rounded-2 ${isLow === true ? "h-4.5" : "h-6.5"}`}
    >
      {[...paths].map(([step, path]) => (
        <path key={step} d={path} fill={`var(--seq-${step})`} />
      ))}
    </svg>
  );
}

/** The scale: least and most with their unit. */
export function HeatKey({ min, max }: { min: string; max: string }) {
  return (
    <span className="flex items-center gap-0.5 type-11 text-fg-3">
      <span className="mr-1">{min}</span>
      {[1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => (
        <i
          key={step}
          style={{ background: `var(--seq-${step})` }}
          className="h-2.25 w-4 rounded-2 max-md:w-3"
        />
      ))}
      <span className="ml-1">{max}</span>
    </span>
  );
}
