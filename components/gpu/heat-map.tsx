"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { ChartGroup } from "@/components/charts/chart-group";
import { downloadCsv } from "@/components/charts/download-csv";
import { HeatKey } from "@/components/charts/heat-strip";
import { TimeAxis } from "@/components/charts/time-axis";
import { withRange } from "@/components/layout/time-range";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { useRowWindow } from "@/components/ui/use-row-window";
import { type HeatGrid, heatGrid } from "@/domain/chart/heat-cells";
import { nearestIndex } from "@/domain/chart/nearest-index";
import { jitterMs } from "@/domain/chart/series-gap";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { slowestCadenceMs } from "@/domain/fleet/series-points";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock, formatRange } from "@/domain/time/format-time";
import { formatFigure } from "@/domain/units/format-number";
import { fleetPointsCsv, heatColumns } from "./fleet-points";
import { FleetPointsTable } from "./fleet-points-table";
import { gpuHref } from "./gpu-href";
import { heatFacts, heatText, type HeatMetric, heatMetrics } from "./heat-metric";
import { HEAT_ROW_PX, type HeatColumn, HeatRow } from "./heat-row";
import { PointsActions } from "@/components/charts/points-actions";
import type { PointsView } from "@/components/charts/points-view";
import { openRows } from "./table-rows";
import type { GpuHistoryView } from "./use-gpu-history";

interface HeatMapProps {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  metric: HeatMetric;
  onMetric: (metric: HeatMetric) => void;
  view: PointsView;
  onView: (view: PointsView) => void;
  onZoom: (span: { fromMs: number; toMs: number }) => void;
  /** GPUs whose MIG instances are not shown. */
  closed: ReadonlySet<string>;
  onToggle: (gpuUuid: string) => void;
}

const CELLS = 120;
const TABLE_PX = 330;
/** From here on the map scrolls inside its panel, and only the rows in sight exist. */
const SCROLLS_FROM = 24;

/** Which card, when: one row a GPU or MIG instance, the most in each part of the range, hatched where nothing was measured. */
export function HeatMap(props: HeatMapProps) {
  const { history, metric, view, closed } = props;
  const facts = heatFacts[metric];
  const rows = useMemo(() => openRows(props.rows, closed), [props.rows, closed]);
  const columns = useMemo(
    () => rows.map((row) => columnOfRow(row, metric, history)),
    [rows, metric, history],
  );
  const scale = facts.scale ?? fittedScale(columns.flatMap((column) => column.values));
  const { fromMs, toMs } = history;
  const stepMs = history.known.stepMs ?? history.known.cadenceMs;
  const grid = heatGrid({ fromMs, toMs, cells: CELLS, stepMs });
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
              const { header, rows: lines } = fleetPointsCsv(
                heatColumns(rows, history.series, metric),
              );
              downloadCsv(`gpus-${metric}-over-time`, header, lines);
            }}
          />
        </span>
      </div>
      {view === "table" ? (
        <FleetPointsTable
          columns={heatColumns(rows, history.series, metric)}
          what="Most"
          stepMs={history.known.stepMs}
          nowMs={toMs}
          heightPx={TABLE_PX}
        />
      ) : (
        <DrawnMap {...props} rows={rows} columns={columns} grid={grid} scale={scale} />
      )}
    </Panel>
  );
}

interface MapProps extends HeatMapProps {
  columns: readonly HeatColumn[];
  grid: HeatGrid;
  scale: { min: number; max: number };
}

function DrawnMap(props: MapProps) {
  const { rows, columns, history, metric, grid, scale, closed } = props;
  const { fromMs, toMs } = history;
  const scroller = useRef<HTMLDivElement>(null);
  const heightsPx = useMemo(
    () => rows.map((row) => HEAT_ROW_PX[row.parentUuid === null ? "gpu" : "instance"]),
    [rows],
  );
  const view = useRowWindow(heightsPx);
  const doesScroll = rows.length > SCROLLS_FROM;
  const [first, end] = doesScroll ? [view.first, view.end] : [0, rows.length];
  const { selected, onKeyDown } = useSelectedRow(props, (row) => {
    view.reveal(scroller.current, row);
  });
  const longest = columns.reduce<readonly number[]>(
    (known, { timesMs }) => (timesMs.length > known.length ? timesMs : known),
    [],
  );
  const { label } = heatFacts[metric];
  return (
    <div
      ref={scroller}
      onScroll={view.onScroll}
      onKeyDown={onKeyDown}
      className={cn("px-3", doesScroll && "max-h-[45dvh] overflow-y-auto")}
    >
      <ChartGroup
        label={`Heat map of ${label}. Up and down arrows choose a GPU, Enter opens it`}
        fromMs={fromMs}
        toMs={toMs}
        timesMs={longest}
        gutterPx={188}
        legendPx={62}
        narrow={{ gutterPx: 88, rightPx: 56 }}
        onZoom={props.onZoom}
        describeAt={(timeMs) => describeAt(props, timeMs)}
        foot={<TimeAxis />}
        isFootSticky={doesScroll}
      >
        {/* The cells are told as one picture; the names and buttons beside them stay what they are. */}
        <div
          role="img"
          className="pointer-events-none absolute inset-y-0 right-(--right) left-(--gut)"
          aria-label={`${label} of each GPU, ${formatRange({ fromMs, toMs }, { nowMs: toMs })}; t shows it as a table`}
        />
        {doesScroll && <div style={{ height: view.abovePx }} />}
        {rows.slice(first, end).map((row, place) => {
          const { gpuUuid } = row.gpu.sample;
          return (
            <HeatRow
              key={gpuUuid}
              row={row}
              metric={metric}
              grid={grid}
              column={columns[first + place] ?? emptyColumn}
              span={{ fromMs, toMs }}
              scale={scale}
              isSelected={selected === gpuUuid}
              isOpen={!closed.has(gpuUuid)}
              onToggle={props.onToggle}
            />
          );
        })}
        {doesScroll && <div style={{ height: view.belowPx }} />}
      </ChartGroup>
    </div>
  );
}

/** Up and down choose a row while the map has the focus; Enter opens its GPU, Space shows or hides its MIG instances. */
function useSelectedRow(props: MapProps, reveal: (row: number) => void) {
  const { rows, onToggle } = props;
  const [selected, setSelected] = useState<string | null>(null);
  const router = useRouter();
  const params = useSearchParams();
  const here = rows.findIndex(({ gpu }) => gpu.sample.gpuUuid === selected);
  const step = (direction: 1 | -1) => {
    const next = here < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, here + direction));
    setSelected(rows[next]?.gpu.sample.gpuUuid ?? null);
    reveal(next);
  };
  const open = ({ gpu }: FleetRow) => {
    router.push(withRange(gpuHref(gpu.sample.gpuUuid), params));
  };
  const toggle = ({ gpu, instanceCount }: FleetRow) => {
    if (instanceCount > 0) onToggle(gpu.sample.gpuUuid);
  };
  const ofRow: Partial<Record<string, (row: FleetRow) => void>> = {
    Enter: open,
    u: open,
    " ": toggle,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const hasModifier = event.metaKey || event.ctrlKey || event.altKey;
    if (hasModifier || event.target instanceof HTMLButtonElement) return;
    const row = rows[here];
    const act = row && ofRow[event.key];
    if (event.key === "ArrowDown" || event.key === "ArrowUp")
      step(event.key === "ArrowDown" ? 1 : -1);
    else if (act) act(row);
    else return;
    event.preventDefault();
  };
  return { selected: here < 0 ? null : selected, onKeyDown };
}

const emptyColumn: HeatColumn = { timesMs: [], values: [], stepMs: 0, jitterMs: 0 };

function columnOfRow(row: FleetRow, metric: HeatMetric, history: GpuHistoryView): HeatColumn {
  const series = history.series.get(row.gpu.sample.gpuUuid);
  if (!series) return emptyColumn;
  const facts = heatFacts[metric];
  const { cadenceMs, stepMs } = history.known;
  return {
    timesMs: series.timesMs,
    values: facts.columnOf(series),
    stepMs: stepMs ?? cadenceMs,
    jitterMs: jitterMs(slowestCadenceMs(series, facts.metric, cadenceMs)),
  };
}

const MOST_SPOKEN = 8;

function describeAt({ rows, columns, metric }: MapProps, timeMs: number): string {
  const values = rows.slice(0, MOST_SPOKEN).map(({ name }, position) => {
    const { timesMs, values: column } = columns[position] ?? emptyColumn;
    const value = column[nearestIndex(timesMs, timeMs)] ?? null;
    return `${name} ${value === null ? "no samples" : heatText(metric, value)}`;
  });
  const rest = rows.length > MOST_SPOKEN ? `, and ${rows.length - MOST_SPOKEN} more` : "";
  return `${formatClock(timeMs, { seconds: true })}: ${values.join(", ")}${rest}`;
}

/** From 0 to the next round value above the most, so that the scale does not move with each sample. */
function fittedScale(values: readonly (number | null)[]): { min: number; max: number } {
  const most = values.reduce<number>((known, value) => Math.max(known, value ?? 0), 0);
  return { min: 0, max: Math.max(50, Math.ceil(most / 50) * 50) };
}
