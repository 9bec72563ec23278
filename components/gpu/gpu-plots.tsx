"use client";
import { Database, Scissors } from "lucide-react";
import { lazy, Suspense } from "react";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { Strip } from "@/components/ui/strip";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import type { PressureBand } from "@/domain/fleet/pressure-events";
import { HistoryError } from "./fleet-states";
import type { GpuFeed } from "./use-gpu-feed";

// No figure of the page waits for what draws.
const GpuCharts = lazy(() =>
  import("./gpu-charts").then((loaded) => ({ default: loaded.GpuCharts })),
);
const CompareCharts = lazy(() =>
  import("./compare-charts").then((loaded) => ({ default: loaded.CompareCharts })),
);
const MeansTable = lazy(() =>
  import("./means-table").then((loaded) => ({ default: loaded.MeansTable })),
);
const GpuPointsTable = lazy(() =>
  import("./gpu-points-table").then((loaded) => ({ default: loaded.GpuPointsTable })),
);

const TABLE_PX = 620;

interface GpuPlotsProps {
  feed: GpuFeed;
  /** The GPU and those it is compared with; one or none = no comparison. */
  shown: readonly FleetRow[];
  view: "charts" | "table";
  layout: "overlaid" | "apart";
  events: readonly FleetEvent[];
  /** When its memory was critical. */
  criticalBands: readonly PressureBand[];
  cursor: CursorStore;
  onZoom: (span: TimeSpan) => void;
}

/** The past of one GPU: lanes or table, or why there is none. */
export function GpuPlots(props: GpuPlotsProps) {
  const { isFromMemory, isTruncated } = props.feed.history;
  return (
    <Panel label="Charts on one time axis" className="flex-none overflow-clip">
      {isFromMemory && (
        <Strip tone="warn" icon={<Database />}>
          <b>The database does not answer.</b> Shown from memory; what is older is missing.
        </Strip>
      )}
      {isTruncated && (
        <Strip icon={<Scissors />}>
          <b>11,000 samples are shown,</b> the newest. Choose a shorter range for the others.
        </Strip>
      )}
      <Suspense fallback={<SkeletonPlot className="m-3 h-60" />}>
        <Plots {...props} />
      </Suspense>
    </Panel>
  );
}

function Plots(props: GpuPlotsProps) {
  const { feed, shown, view, events, cursor, onZoom } = props;
  const { live, history, gpu, series } = feed;
  if (history.error !== null) return <HistoryError error={history.error} onRetry={history.retry} />;
  if (history.isLoading) return <SkeletonPlot className="m-3 h-60" />;
  if (!series) return <p className="p-3 text-fg-3">No samples in this range.</p>;
  if (shown.length > 1) return <Comparison {...props} />;
  if (view === "table")
    return (
      <GpuPointsTable
        series={series}
        stepMs={history.known.stepMs}
        nowMs={live.nowMs}
        heightPx={TABLE_PX}
      />
    );
  return (
    <div className="pt-2 pr-3 pb-1 pl-1.5 max-md:px-3">
      <GpuCharts
        series={series}
        gpu={gpu}
        history={history}
        events={events}
        criticalBands={props.criticalBands}
        cursor={cursor}
        onZoom={onZoom}
      />
    </div>
  );
}

function Comparison({ feed, shown, view, layout, events, cursor, onZoom }: GpuPlotsProps) {
  const { history } = feed;
  if (view === "table") return <MeansTable rows={shown} history={history} heightPx={TABLE_PX} />;
  return (
    <div className="pt-2 pr-3 pb-1 pl-1.5 max-md:px-3">
      <CompareCharts
        rows={shown}
        history={history}
        layout={layout}
        events={events}
        cursor={cursor}
        onZoom={onZoom}
      />
    </div>
  );
}
