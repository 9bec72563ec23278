"use client";
import type { TimeSpan } from "@/components/charts/cursor-store";
import { ChartGroup } from "@/components/charts/chart-group";
import { downloadCsv } from "@/components/charts/download-csv";
import { HeatKey, HeatStrip } from "@/components/charts/heat-strip";
import { TimeAxis } from "@/components/charts/time-axis";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { heatCells, type HeatGrid, heatGrid } from "@/domain/chart/heat-cells";
import { nearestIndex } from "@/domain/chart/nearest-index";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock, formatRange } from "@/domain/time/format-time";
import { memorySharePercent } from "@/domain/units/format-memory";
import { formatDecimals, formatFigure, NO_VALUE } from "@/domain/units/format-number";
import { metricText, shortGpuName } from "@/domain/units/gpu-metric-display";
import { fleetPointsCsv, heatColumns } from "./fleet-points";
import { FleetPointsTable } from "./fleet-points-table";
import { heatFacts, type HeatMetric, heatMetrics } from "./heat-metric";
import { PointsActions } from "./points-actions";
import type { PointsView } from "./points-view";
import type { GpuHistoryView } from "./use-gpu-history";

interface HeatMapProps {
  fleet: GpuFleet;
  history: GpuHistoryView;
  metric: HeatMetric;
  onMetric: (metric: HeatMetric) => void;
  view: PointsView;
  onView: (view: PointsView) => void;
  onZoom: (span: { fromMs: number; toMs: number }) => void;
}

const CELLS = 120;
const TABLE_PX = 330;

/** Which card, when: one row a GPU, the most in each part of the range, hatched where nothing was measured. */
export function HeatMap(props: HeatMapProps) {
  const { fleet, history, metric, view, onZoom } = props;
  const facts = heatFacts[metric];
  const { fromMs, toMs } = history;
  const columns = fleet.gpus.map(({ sample }) => {
    const series = history.series.get(sample.gpuUuid);
    return { timesMs: series?.timesMs ?? [], values: series ? facts.columnOf(series) : [] };
  });
  const scale = facts.scale ?? fittedScale(columns.flatMap((column) => column.values));
  const longest = columns.reduce<readonly number[]>(
    (known, { timesMs }) => (timesMs.length > known.length ? timesMs : known),
    [],
  );
  const stepMs = history.known.stepMs ?? history.known.cadenceMs;
  const grid = heatGrid({ fromMs, toMs, cells: CELLS, stepMs });
  const describeAt = (timeMs: number) =>
    fleet.gpus
      .map(({ sample }, position) => {
        const { timesMs, values } = columns[position] ?? { timesMs: [], values: [] };
        const value = values[nearestIndex(timesMs, timeMs)] ?? null;
        return `GPU ${sample.gpuIndex} ${value === null ? "no samples" : formatFigure(value)}`;
      })
      .join(", ");
  return (
    <Panel label={`Heat map of ${facts.label}`} className="flex-none pb-2">
      <div className="flex min-h-9 flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1">
        <SegmentedControl
          label="Value of the heat map"
          size="sm"
          value={metric}
          onChange={props.onMetric}
          options={heatMetrics.map((value) => ({ value, label: heatFacts[value].label }))}
        />
        <span className="type-12 text-fg-3">
          {facts.unit}, most in each {formatDuration(view === "table" ? stepMs : grid.cellMs)}
        </span>
        <span className="ml-auto flex flex-wrap items-center gap-2">
          {view === "charts" && (
            <HeatKey min={formatFigure(scale.min)} max={formatFigure(scale.max)} />
          )}
          <PointsActions
            of="the heat map"
            drawn="Map"
            view={view}
            onView={props.onView}
            onCsv={() => {
              const { header, rows } = fleetPointsCsv(heatColumns(fleet, history.series, metric));
              downloadCsv(`gpus-${metric}-over-time`, header, rows);
            }}
          />
        </span>
      </div>
      {view === "table" && (
        <FleetPointsTable
          columns={heatColumns(fleet, history.series, metric)}
          what="Most"
          stepMs={history.known.stepMs}
          nowMs={toMs}
          heightPx={TABLE_PX}
        />
      )}
      {view === "charts" && (
        <div className="px-3">
          <ChartGroup
            label={`Heat map of ${facts.label}`}
            fromMs={fromMs}
            toMs={toMs}
            timesMs={longest}
            gutterPx={188}
            legendPx={62}
            narrow={{ gutterPx: 66, rightPx: 56 }}
            onZoom={onZoom}
            describeAt={(timeMs) =>
              `${formatClock(timeMs, { seconds: true })}: ${describeAt(timeMs)}`
            }
            foot={<TimeAxis />}
          >
            <div
              role="img"
              aria-label={`${facts.label} of each GPU, ${formatRange({ fromMs, toMs }, { nowMs: toMs })}; t shows it as a table`}
            >
              {fleet.gpus.map((gpu, position) => (
                <HeatRow
                  key={gpu.sample.gpuUuid}
                  gpu={gpu}
                  metric={metric}
                  grid={grid}
                  cells={heatCells(grid, {
                    timesMs: columns[position]?.timesMs ?? [],
                    values: columns[position]?.values ?? [],
                    stepMs,
                  })}
                  span={{ fromMs, toMs }}
                  scale={scale}
                />
              ))}
            </div>
          </ChartGroup>
        </div>
      )}
    </Panel>
  );
}

function HeatRow(props: {
  gpu: LatestGpu;
  metric: HeatMetric;
  grid: HeatGrid;
  cells: readonly (number | null)[];
  span: TimeSpan;
  scale: { min: number; max: number };
}) {
  const { gpu, metric, grid, cells, span, scale } = props;
  const { sample, stale } = gpu;
  return (
    <div className="grid h-7.75 grid-cols-[calc(var(--gut)-12px)_minmax(0,1fr)_calc(var(--right)-12px)] items-center gap-3 type-12">
      <span className="flex min-w-0 items-center gap-1.75 whitespace-nowrap">
        <b className="font-semibold">GPU {sample.gpuIndex}</b>
        <span className="truncate type-11 text-fg-3 max-md:hidden">
          {shortGpuName(sample.gpuName)}
        </span>
      </span>
      <HeatStrip grid={grid} cells={cells} span={span} min={scale.min} max={scale.max} />
      <span className="text-right font-medium">
        {stale ? <span className="font-normal text-fg-3">stale</span> : newest(gpu, metric)}
      </span>
    </div>
  );
}

function newest({ sample }: LatestGpu, metric: HeatMetric): string {
  if (metric !== "vram") {
    const { metric: source } = heatFacts[metric];
    return metricText(source, sample.values[source]);
  }
  const share = memorySharePercent(sample.values.memoryUsedMib, sample.values.memoryTotalMib);
  return share === null ? NO_VALUE : `${formatDecimals(share, 1)} %`;
}

/** From 0 to the next round value above the most, so that the scale does not move with each sample. */
function fittedScale(values: readonly (number | null)[]): { min: number; max: number } {
  const most = values.reduce<number>((known, value) => Math.max(known, value ?? 0), 0);
  return { min: 0, max: Math.max(50, Math.ceil(most / 50) * 50) };
}
