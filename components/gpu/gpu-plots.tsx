"use client";
import { Database, Scissors } from "lucide-react";
import { lazy, Suspense } from "react";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { Strip } from "@/components/ui/strip";
import type { FleetEvent } from "@/domain/fleet/gpu-events";
import { HistoryError } from "./fleet-states";
import type { GpuFeed } from "./use-gpu-feed";

// No figure of the page waits for what draws.
const GpuCharts = lazy(() =>
  import("./gpu-charts").then((loaded) => ({ default: loaded.GpuCharts })),
);
const GpuPointsTable = lazy(() =>
  import("./gpu-points-table").then((loaded) => ({ default: loaded.GpuPointsTable })),
);

const TABLE_PX = 620;

interface GpuPlotsProps {
  feed: GpuFeed;
  view: "charts" | "table";
  events: readonly FleetEvent[];
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

function Plots({ feed, view, events, cursor, onZoom }: GpuPlotsProps) {
  const { live, history, gpu, series } = feed;
  if (history.error !== null) return <HistoryError error={history.error} onRetry={history.retry} />;
  if (history.isLoading) return <SkeletonPlot className="m-3 h-60" />;
  if (!series) return <p className="p-3 text-fg-3">No samples in this range.</p>;
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
        cursor={cursor}
        onZoom={onZoom}
      />
    </div>
  );
}
