"use client";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useChartCursor } from "@/components/charts/chart-context";
import type { TimeSpan } from "@/components/charts/cursor-store";
import { HeatStrip } from "@/components/charts/heat-strip";
import { cn } from "@/components/ui/class-names";
import type { Column } from "@/domain/chart/break-at-gaps";
import { heatCells, type HeatGrid } from "@/domain/chart/heat-cells";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { memorySharePercent } from "@/domain/units/format-memory";
import { formatDecimals, NO_VALUE } from "@/domain/units/format-number";
import { metricText, shortGpuName } from "@/domain/units/gpu-metric-display";
import { heatFacts, heatText, type HeatMetric } from "./heat-metric";

export interface HeatColumn {
  timesMs: readonly number[];
  values: Column;
  stepMs: number;
  jitterMs: number;
}

interface HeatRowProps {
  row: FleetRow;
  metric: HeatMetric;
  grid: HeatGrid;
  column: HeatColumn;
  span: TimeSpan;
  scale: { min: number; max: number };
  isSelected: boolean;
  isOpen: boolean;
  onToggle: (gpuUuid: string) => void;
}

export const HEAT_ROW_PX = { gpu: 31, instance: 22 } as const;

/** One GPU or MIG instance of the heat map: its name, its cells, and the value at the cursor or the newest. */
export function HeatRow(props: HeatRowProps) {
  const { row, grid, column, span, scale, isSelected } = props;
  const isInstance = row.parentUuid !== null;
  const cells = heatCells(grid, column);
  return (
    <div
      data-heat={row.gpu.sample.gpuUuid}
      data-selected={isSelected}
      style={{ height: isInstance ? HEAT_ROW_PX.instance : HEAT_ROW_PX.gpu }}
      className={cn(
        "grid grid-cols-[calc(var(--gut)-12px)_minmax(0,1fr)_calc(var(--right)-12px)] items-center gap-3 type-12",
        isSelected && "bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]",
      )}
    >
      <Name {...props} isInstance={isInstance} />
      <HeatStrip
        grid={grid}
        cells={cells}
        span={span}
        min={scale.min}
        max={scale.max}
        isLow={isInstance}
      />
      <span className="text-right font-medium">
        <Figure {...props} cells={cells} />
      </span>
    </div>
  );
}

function Name({ row, isOpen, onToggle, isInstance }: HeatRowProps & { isInstance: boolean }) {
  const { gpu, label, name, instanceCount } = row;
  const { sample } = gpu;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  const model = sample.migProfile ?? shortGpuName(sample.gpuName);
  return (
    <span
      className={cn(
        "flex min-w-0 items-center gap-1.75 whitespace-nowrap",
        isInstance && "pl-5 max-md:pl-2",
      )}
    >
      {isInstance ? (
        <span className="text-fg-2">{label}</span>
      ) : (
        <b className="flex-none font-semibold">{label}</b>
      )}
      <span className="truncate type-11 text-fg-3 max-md:hidden">
        {instanceCount === 0 ? model : `${model}, MIG × ${instanceCount}`}
      </span>
      {instanceCount > 0 && (
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`MIG instances of ${name} in the heat map`}
          onClick={() => {
            onToggle(sample.gpuUuid);
          }}
          className="relative z-3 ml-auto grid size-6 flex-none place-content-center rounded-4 text-fg-3 hover:bg-surface-3 hover:text-fg-1 max-md:-mr-2"
        >
          <Chevron className="size-3" />
        </button>
      )}
    </span>
  );
}

/** The cell under the cursor; without one the newest value. */
function Figure(props: HeatRowProps & { cells: readonly (number | null)[] }) {
  const { row, metric, grid, cells } = props;
  const { timeMs } = useChartCursor();
  if (timeMs !== null) {
    const value = cells[Math.floor((timeMs - grid.firstMs) / grid.cellMs)] ?? null;
    if (value === null) return <span className="font-normal text-fg-3">{NO_VALUE}</span>;
    return <b className="font-semibold">{heatText(metric, value)}</b>;
  }
  if (row.gpu.stale) return <span className="font-normal text-fg-3">stale</span>;
  return newest(row, metric);
}

function newest({ gpu: { sample } }: FleetRow, metric: HeatMetric): string {
  if (metric !== "vram") {
    const { metric: source } = heatFacts[metric];
    return metricText(source, sample.values[source]);
  }
  if (sample.memoryKind === "unified" && sample.values.memoryUsedMib === null) return "unified";
  const share = memorySharePercent(sample.values.memoryUsedMib, sample.values.memoryTotalMib);
  return share === null ? NO_VALUE : `${formatDecimals(share, 1)} %`;
}
