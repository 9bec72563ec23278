"use client";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense } from "react";
import type { CursorStore } from "@/components/charts/cursor-store";
import { downloadCsv } from "@/components/charts/download-csv";
import { useTimeRange } from "@/components/layout/time-range";
import { changeAddress } from "@/components/layout/url-state";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { fleetPointsCsv, laneColumns } from "./fleet-points";
import { HistoryError } from "./fleet-states";
import { PointsActions } from "@/components/charts/points-actions";
import { parsePointsView, pointsViewChange } from "@/components/charts/points-view";
import type { GpuHistoryView } from "./use-gpu-history";

// No figure of the page waits for what draws.
const FleetCharts = lazy(() =>
  import("./fleet-charts").then((loaded) => ({ default: loaded.FleetCharts })),
);
const MeansTable = lazy(() =>
  import("./means-table").then((loaded) => ({ default: loaded.MeansTable })),
);

const TABLE_PX = 330;

interface FleetOverTimeProps {
  /** Whole GPUs: their MIG instances are in them. */
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  events: readonly FleetEvent[];
  cursor: CursorStore;
}

/** The past of all GPUs: lanes or table, or why there is none. */
export function FleetOverTime(props: FleetOverTimeProps) {
  const { rows, history } = props;
  const view = parsePointsView(useSearchParams());
  return (
    <Panel
      title="All GPUs over time"
      subtitle={view === "charts" ? "drag to brush, z zooms, arrows move the cursor" : undefined}
      className="flex-none"
      actions={
        <PointsActions
          of="all GPUs over time"
          drawn="Charts"
          view={view}
          onView={(next) => {
            changeAddress(pointsViewChange(next), "replace");
          }}
          onCsv={() => {
            const { header, rows: lines } = fleetPointsCsv(laneColumns(rows, history.series));
            downloadCsv("gpus-over-time", header, lines);
          }}
        />
      }
    >
      {history.error === null ? (
        <Suspense fallback={<SkeletonPlot className="m-3 h-80" />}>
          {view === "charts" ? (
            <Charts {...props} />
          ) : (
            <MeansTable rows={rows} history={history} heightPx={TABLE_PX} />
          )}
        </Suspense>
      ) : (
        <HistoryError error={history.error} onRetry={history.retry} />
      )}
    </Panel>
  );
}

function Charts(props: FleetOverTimeProps) {
  const { setRange } = useTimeRange();
  return (
    <div className="pr-3 pb-1 pl-1.5 max-md:px-3">
      <FleetCharts {...props} onZoom={setRange} />
    </div>
  );
}
