"use client";
import { Download } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useMemo } from "react";
import { downloadCsv } from "@/components/charts/download-csv";
import { FleetLine } from "@/components/gpu/fleet-line";
import { FleetError, FleetLoading, HistoryError, NoGpu } from "@/components/gpu/fleet-states";
import { GpuCardGrid } from "@/components/gpu/gpu-card-grid";
import { gpuRowCells, gpuRowHead } from "@/components/gpu/gpu-row-text";
import { GpuTable } from "@/components/gpu/gpu-table";
import { memoryState } from "@/components/gpu/memory-state";
import { parsePointsView, pointsViewChange } from "@/components/charts/points-view";
import { PressureScope, usePressureView } from "@/components/gpu/pressure-context";
import { useClosedRows } from "@/components/gpu/use-closed-rows";
import { useFleetFeed } from "@/components/gpu/use-fleet-feed";
import type { GpuHistoryView } from "@/components/gpu/use-gpu-history";
import { usePressure } from "@/components/gpu/use-pressure";
import { FilterField } from "@/components/layout/filter-field";
import { usePageTitle } from "@/components/layout/page-title";
import { useTimeRange } from "@/components/layout/time-range";
import { changeAddress } from "@/components/layout/url-state";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { NoResultState } from "@/components/ui/states";
import { filterRows } from "@/domain/fleet/filter-rows";
import { fleetHosts } from "@/domain/fleet/fleet-hosts";
import { type FleetRow, fleetRows } from "@/domain/fleet/fleet-rows";
import { fleetTotals } from "@/domain/fleet/fleet-totals";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { type FleetView, parseFleetSearch, sortText } from "./search-params";

// No figure of the page waits for what draws.
const HeatMap = lazy(() =>
  import("@/components/gpu/heat-map").then((loaded) => ({ default: loaded.HeatMap })),
);

const QuarantinePanel = lazy(() =>
  import("@/components/gpu/quarantine-panel").then((loaded) => ({
    default: loaded.QuarantinePanel,
  })),
);

const views: readonly { value: FleetView; label: string }[] = [
  { value: "cards", label: "Cards" },
  { value: "table", label: "Table" },
  { value: "map", label: "Heat map and table" },
];
const metrics: readonly GpuMetric[] = [
  "utilizationPercent",
  "memoryUsedMib",
  "memoryTotalMib",
  "powerWatts",
  "temperatureCelsius",
];
// Three buckets in a cell of the heat map: 5 s of half an hour make cells of 15 s.
const MAX_POINTS = 360;

export function GpusClient() {
  usePageTitle({ title: "GPUs" });
  const { live, fleet, history } = useFleetFeed({ metrics, maxPoints: MAX_POINTS });
  const pressure = usePressure().data;
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (fleet === null) return <FleetLoading />;
  if (fleet.gpus.length === 0) return <NoGpu sources={fleet.sources} />;
  return (
    <PressureScope pressure={pressure}>
      <Fleet fleet={fleet} nowMs={live.nowMs} history={history} />
    </PressureScope>
  );
}

interface FleetProps {
  fleet: GpuFleet;
  nowMs: number;
  history: GpuHistoryView;
}

function Fleet({ fleet, nowMs, history }: FleetProps) {
  const search = parseFleetSearch(useSearchParams());
  const { closed, toggle } = useClosedRows();
  const hosts = useMemo(() => fleetHosts(fleet.gpus), [fleet]);
  const { all, rows } = useShownRows(fleet, search.filter);
  const shared = { rows, closed, onToggle: toggle };
  return (
    <>
      <div className="flex flex-none flex-wrap items-center gap-x-3 gap-y-2">
        <FilterField
          label="Filter by host, model, source or state"
          placeholder="Host, model, source, state"
          keyLabel="Filter the GPUs"
          text={search.filter}
          onText={(text) => {
            changeAddress({ q: text === "" ? null : text }, "replace");
          }}
        />
        <FleetActions fleet={fleet} rows={rows} view={search.view} hostCount={hosts.length} />
      </div>
      {rows.length === 0 && <NoMatch filter={search.filter} gpuCount={all.length} />}
      {rows.length > 0 && search.view === "map" && <FleetMap {...shared} history={history} />}
      {rows.length > 0 && search.view === "cards" && (
        <GpuCardGrid rows={rows} nowMs={nowMs} history={history} className="flex-none" />
      )}
      {rows.length > 0 && search.view !== "cards" && (
        <Panel label="GPUs" className="flex-none">
          <GpuTable
            {...shared}
            hosts={hosts}
            nowMs={nowMs}
            sort={search.sort}
            onSort={(sort) => {
              changeAddress({ sort: sortText(sort) }, "replace");
            }}
          />
        </Panel>
      )}
      <Suspense fallback={null}>
        <QuarantinePanel rows={all} nowMs={nowMs} />
      </Suspense>
    </>
  );
}

function useShownRows(fleet: GpuFleet, filter: string) {
  const view = usePressureView();
  const all = useMemo(() => fleetRows(fleet.gpus), [fleet]);
  const rows = useMemo(
    () => filterRows(all, filter, ({ gpu }) => memoryState(gpu.sample, view).level),
    [all, filter, view],
  );
  return { all, rows };
}

function FleetActions(props: {
  fleet: GpuFleet;
  rows: readonly FleetRow[];
  view: FleetView;
  hostCount: number;
}) {
  const { fleet, rows, view, hostCount } = props;
  const totals = useMemo(() => fleetTotals(fleet.gpus), [fleet]);
  return (
    <div className="ml-auto flex flex-wrap items-center gap-x-3 gap-y-2 max-md:ml-0">
      <FleetLine totals={totals} hostCount={hostCount} />
      <div className="flex flex-wrap items-center gap-2">
        <SegmentedControl
          label="View of the GPUs"
          value={view}
          options={views}
          onChange={(next) => {
            changeAddress({ view: next === "map" ? null : next }, "replace");
          }}
        />
        <Button
          icon={<Download />}
          onClick={() => {
            const cells = rows.map(({ gpu }) => gpuRowCells(gpu));
            downloadCsv("gpus", gpuRowHead, cells);
          }}
        >
          CSV
        </Button>
      </div>
    </div>
  );
}

function FleetMap(props: {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  closed: ReadonlySet<string>;
  onToggle: (gpuUuid: string) => void;
}) {
  const params = useSearchParams();
  const { setRange } = useTimeRange();
  const { error, retry } = props.history;
  if (error !== null)
    return (
      <Panel label="Heat map" className="flex-none">
        <HistoryError error={error} onRetry={retry} />
      </Panel>
    );
  return (
    <Suspense fallback={<HeatMapLoading />}>
      <HeatMap
        {...props}
        metric={parseFleetSearch(params).metric}
        onMetric={(metric) => {
          changeAddress({ heat: metric === "sm" ? null : metric }, "replace");
        }}
        view={parsePointsView(params)}
        onView={(view) => {
          changeAddress(pointsViewChange(view), "replace");
        }}
        onZoom={setRange}
      />
    </Suspense>
  );
}

function HeatMapLoading() {
  return (
    <Panel label="Heat map" className="flex-none p-3">
      <SkeletonPlot className="h-30" />
    </Panel>
  );
}

function NoMatch({ filter, gpuCount }: { filter: string; gpuCount: number }) {
  return (
    <Panel label="No result" className="max-w-120 flex-none">
      <NoResultState
        title={`No GPU has “${filter}”`}
        actions={
          <Button
            size="sm"
            onClick={() => {
              changeAddress({ q: null }, "replace");
            }}
          >
            Drop the filter
          </Button>
        }
      >
        {gpuCount === 1 ? "1 GPU is" : `${gpuCount} GPUs are`} shown without it. A filter looks in
        the host, the model, the id, the source and the state (stale, warning, critical, mig).
      </NoResultState>
    </Panel>
  );
}
