"use client";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { createCursorStore } from "@/components/charts/cursor-store";
import { EventList } from "@/components/gpu/event-list";
import { FleetOverTime } from "@/components/gpu/fleet-over-time";
import { FleetError, FleetLoading, NoGpu } from "@/components/gpu/fleet-states";
import { GpuCardGrid } from "@/components/gpu/gpu-card-grid";
import { gpuHref } from "@/components/gpu/gpu-href";
import { GpuTable } from "@/components/gpu/gpu-table";
import { useFleetFeed } from "@/components/gpu/use-fleet-feed";
import type { GpuHistoryView } from "@/components/gpu/use-gpu-history";
import { usePageTitle } from "@/components/layout/page-title";
import { changeAddress } from "@/components/layout/url-state";
import { AttentionList } from "@/components/overview/attention-list";
import { FleetTiles } from "@/components/overview/fleet-tiles";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { findAttention } from "@/domain/fleet/attention";
import { fleetTotals } from "@/domain/fleet/fleet-totals";
import { fleetTrends } from "@/domain/fleet/fleet-trends";
import { gpuEvents, joinEvents } from "@/domain/fleet/gpu-events";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock } from "@/domain/time/format-time";
import { overviewViews, parseOverviewSearch } from "./overview-search-params";

const metrics: readonly GpuMetric[] = [
  "utilizationPercent",
  "memoryUsedMib",
  "memoryTotalMib",
  "powerWatts",
  "temperatureCelsius",
  "throttleReasons",
];
const MAX_POINTS = 360;
const viewLabels = { cards: "Cards", table: "Table" } as const;

export function OverviewClient() {
  usePageTitle({ title: "Overview" });
  const { live, fleet, history } = useFleetFeed({ metrics, maxPoints: MAX_POINTS });
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (fleet === null) return <FleetLoading />;
  if (fleet.gpus.length === 0) return <NoGpu sources={fleet.sources} />;
  return <Overview fleet={fleet} live={live} history={history} />;
}

interface OverviewProps {
  fleet: GpuFleet;
  live: { nowMs: number; isPaused: boolean };
  history: GpuHistoryView;
}

function Overview({ fleet, live, history }: OverviewProps) {
  const [cursor] = useState(createCursorStore);
  const { series, known } = history;
  const attention = findAttention(fleet, {
    nowMs: live.nowMs,
    isHistoryStale: history.isFromMemory,
  });
  const trends = useMemo(
    () => fleetTrends([...series.values()], known.stepMs ?? known.cadenceMs),
    [series, known],
  );
  const events = useMemo(
    () => joinEvents([...series.values()].flatMap((one) => gpuEvents(one, known))),
    [series, known],
  );
  return (
    <>
      <AttentionList attention={attention} hrefOf={gpuHref} />
      <FleetTiles
        totals={fleetTotals(fleet.gpus)}
        trends={trends}
        span={history}
        isSimulated={fleet.simulated}
      />
      <div className="grid flex-none grid-cols-[minmax(0,1fr)_372px] gap-3 max-lg:grid-cols-[minmax(0,1fr)_290px] max-md:grid-cols-1">
        <GpusNow fleet={fleet} live={live} history={history} />
        <div className="relative min-w-0 max-md:static">
          <Panel
            title="Changed"
            subtitle={`in the last ${formatDuration(history.toMs - history.fromMs)}`}
            className="absolute inset-0 max-md:static max-md:max-h-100"
          >
            <EventList
              events={events}
              nameOf={(gpuUuids) => nameOf(fleet, gpuUuids)}
              cursor={cursor}
              nowMs={live.nowMs}
            />
          </Panel>
        </div>
      </div>
      <FleetOverTime fleet={fleet} history={history} events={events} cursor={cursor} />
    </>
  );
}

/** Each GPU as a card or a row. */
function GpusNow({ fleet, live, history }: OverviewProps) {
  const { view, sort } = parseOverviewSearch(useSearchParams());
  return (
    <section aria-labelledby="gpus-now" className="min-w-0">
      <div className="mb-2 flex min-h-6 items-center gap-2">
        <h2 id="gpus-now" className="type-13 font-semibold">
          GPUs
        </h2>
        <span className="type-12 text-fg-3">
          {live.isPaused
            ? `as of ${formatClock(live.nowMs, { seconds: true })}, paused`
            : `${fleet.gpus.length}, sampled every ${formatDuration(fleet.pollIntervalMs)}`}
        </span>
        <div className="ml-auto">
          <SegmentedControl
            label="View of the GPUs"
            size="sm"
            value={view}
            options={overviewViews.map((value) => ({ value, label: viewLabels[value] }))}
            onChange={(next) => {
              changeAddress({ view: next === "cards" ? null : next }, "replace");
            }}
          />
        </div>
      </div>
      {view === "cards" ? (
        <GpuCardGrid fleet={fleet} nowMs={live.nowMs} history={history} />
      ) : (
        <Panel label="GPUs as a table">
          <GpuTable
            gpus={fleet.gpus}
            nowMs={live.nowMs}
            sort={sort}
            onSort={({ by, isDescending }) => {
              const text = `${isDescending ? "-" : ""}${by}`;
              changeAddress({ sort: text === "gpu" ? null : text }, "replace");
            }}
          />
        </Panel>
      )}
    </section>
  );
}

function nameOf({ gpus }: GpuFleet, gpuUuids: readonly string[]): string {
  if (gpuUuids.length > 1)
    return gpuUuids.length === gpus.length ? "All GPUs" : `${gpuUuids.length} GPUs`;
  const index = gpus.find(({ sample }) => sample.gpuUuid === gpuUuids[0])?.sample.gpuIndex;
  return index === undefined ? "GPU" : `GPU ${index}`;
}
