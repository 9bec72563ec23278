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
import { parsePointsView, pointsViewChange } from "@/components/gpu/points-view";
import { useFleetFeed } from "@/components/gpu/use-fleet-feed";
import { usePageTitle } from "@/components/layout/page-title";
import { useTimeRange } from "@/components/layout/time-range";
import { changeAddress } from "@/components/layout/url-state";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { fleetTotals } from "@/domain/fleet/fleet-totals";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { type FleetView, parseFleetSearch, sortText } from "./search-params";

// No figure of the page waits for what draws.
const HeatMap = lazy(() =>
  import("@/components/gpu/heat-map").then((loaded) => ({ default: loaded.HeatMap })),
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
  const { setRange } = useTimeRange();
  const params = useSearchParams();
  const search = parseFleetSearch(params);
  const { live, fleet, history } = useFleetFeed({ metrics, maxPoints: MAX_POINTS });
  const totals = useMemo(() => fleetTotals(fleet?.gpus ?? []), [fleet]);
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (fleet === null) return <FleetLoading />;
  if (fleet.gpus.length === 0) return <NoGpu sources={fleet.sources} />;

  return (
    <>
      <div className="flex flex-none flex-wrap items-center gap-x-3 gap-y-2">
        <FleetLine totals={totals} />
        <div className="ml-auto flex flex-wrap items-center gap-2 max-md:ml-0">
          <SegmentedControl
            label="View of the GPUs"
            value={search.view}
            options={views}
            onChange={(view) => {
              changeAddress({ view: view === "map" ? null : view }, "replace");
            }}
          />
          <Button
            icon={<Download />}
            onClick={() => {
              downloadCsv("gpus", gpuRowHead, fleet.gpus.map(gpuRowCells));
            }}
          >
            CSV
          </Button>
        </div>
      </div>
      {search.view === "map" &&
        (history.error === null ? (
          <Suspense fallback={<HeatMapLoading />}>
            <HeatMap
              fleet={fleet}
              history={history}
              metric={search.metric}
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
        ) : (
          <Panel label="Heat map" className="flex-none">
            <HistoryError error={history.error} onRetry={history.retry} />
          </Panel>
        ))}
      {search.view === "cards" ? (
        <GpuCardGrid fleet={fleet} nowMs={live.nowMs} history={history} className="flex-none" />
      ) : (
        <Panel label="GPUs" className="flex-none">
          <GpuTable
            gpus={fleet.gpus}
            nowMs={live.nowMs}
            sort={search.sort}
            onSort={(sort) => {
              changeAddress({ sort: sortText(sort) }, "replace");
            }}
          />
        </Panel>
      )}
    </>
  );
}

function HeatMapLoading() {
  return (
    <Panel label="Heat map" className="flex-none p-3">
      <SkeletonPlot className="h-30" />
    </Panel>
  );
}
