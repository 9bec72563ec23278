"use client";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useMemo, useState } from "react";
import { createCursorStore } from "@/components/charts/cursor-store";
import { EventList } from "@/components/gpu/event-list";
import { FleetOverTime } from "@/components/gpu/fleet-over-time";
import { FleetError, FleetLoading, NoGpu } from "@/components/gpu/fleet-states";
import { GpuCardGrid } from "@/components/gpu/gpu-card-grid";
import { gpuHref } from "@/components/gpu/gpu-href";
import { PressureScope, usePressureView } from "@/components/gpu/pressure-context";
import { useClosedRows } from "@/components/gpu/use-closed-rows";
import { useFleetFeed } from "@/components/gpu/use-fleet-feed";
import type { GpuHistoryView } from "@/components/gpu/use-gpu-history";
import { useNotedEvents } from "@/components/gpu/use-noted-events";
import { usePressure } from "@/components/gpu/use-pressure";
import { usePageTitle } from "@/components/layout/page-title";
import { changeAddress } from "@/components/layout/url-state";
import { AttentionList } from "@/components/overview/attention-list";
import { FleetTiles } from "@/components/overview/fleet-tiles";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { findAttention } from "@/domain/fleet/attention";
import { fleetTotals } from "@/domain/fleet/fleet-totals";
import { fleetTrends } from "@/domain/fleet/fleet-trends";
import { gpuEvents, joinEvents } from "@/domain/fleet/gpu-events";
import { fleetHosts } from "@/domain/fleet/fleet-hosts";
import { type FleetRow, fleetRows, wholeGpus } from "@/domain/fleet/fleet-rows";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuMetric } from "@/domain/gpu/gpu-metric";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock } from "@/domain/time/format-time";
import { overviewViews, parseOverviewSearch } from "./overview-search-params";

// Cards are what is shown at first.
const GpuTable = lazy(() =>
  import("@/components/gpu/gpu-table").then((loaded) => ({ default: loaded.GpuTable })),
);

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
  const pressure = usePressure().data;
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (fleet === null) return <FleetLoading />;
  if (fleet.gpus.length === 0) return <NoGpu sources={fleet.sources} />;
  return (
    <PressureScope pressure={pressure}>
      <Overview fleet={fleet} live={live} history={history} />
    </PressureScope>
  );
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
    thresholds: usePressureView().thresholds,
  });
  const rows = useMemo(() => fleetRows(fleet.gpus), [fleet]);
  const whole = useMemo(() => fleetRows(wholeGpus(fleet.gpus)), [fleet]);
  const trends = useMemo(() => {
    const own = whole.map(({ gpu }) => series.get(gpu.sample.gpuUuid));
    return fleetTrends(
      own.filter((one) => one !== undefined),
      known.stepMs ?? known.cadenceMs,
    );
  }, [whole, series, known]);
  const noted = useNotedEvents(null);
  const events = useMemo(
    () =>
      joinEvents([
        ...[...series.values()].flatMap((one) => gpuEvents(one, known, noted && [])),
        ...(noted ?? []),
      ]),
    [series, known, noted],
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
        <GpusNow fleet={fleet} rows={rows} live={live} history={history} />
        <div className="relative min-w-0 max-md:static">
          <Panel
            title="Changed"
            subtitle={`in the last ${formatDuration(history.toMs - history.fromMs)}`}
            className="absolute inset-0 max-md:static max-md:max-h-100"
          >
            <EventList
              events={events}
              nameOf={(gpuUuids) => nameOf(rows, gpuUuids)}
              cursor={cursor}
              nowMs={live.nowMs}
            />
          </Panel>
        </div>
      </div>
      <FleetOverTime rows={whole} history={history} events={events} cursor={cursor} />
    </>
  );
}

/** Each GPU as a card or a row. */
function GpusNow({ fleet, rows, live, history }: OverviewProps & { rows: readonly FleetRow[] }) {
  const { view, sort } = parseOverviewSearch(useSearchParams());
  const { closed, toggle } = useClosedRows();
  const hosts = useMemo(() => fleetHosts(fleet.gpus), [fleet]);
  const count = rows.filter(({ parentUuid }) => parentUuid === null).length;
  const where = hosts.length > 1 ? ` on ${hosts.length} hosts` : "";
  return (
    <section aria-labelledby="gpus-now" className="min-w-0">
      <div className="mb-2 flex min-h-6 items-center gap-2">
        <h2 id="gpus-now" className="type-13 font-semibold">
          GPUs
        </h2>
        <span className="type-12 text-fg-3">
          {live.isPaused
            ? `as of ${formatClock(live.nowMs, { seconds: true })}, paused`
            : `${count}${where}, sampled every ${formatDuration(fleet.pollIntervalMs)}`}
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
        <GpuCardGrid rows={rows} nowMs={live.nowMs} history={history} />
      ) : (
        <Panel label="GPUs as a table">
          <Suspense fallback={<SkeletonPlot className="m-3 h-60" />}>
            <GpuTable
              rows={rows}
              hosts={hosts}
              closed={closed}
              onToggle={toggle}
              nowMs={live.nowMs}
              sort={sort}
              onSort={({ by, isDescending }) => {
                const text = `${isDescending ? "-" : ""}${by}`;
                changeAddress({ sort: text === "gpu" ? null : text }, "replace");
              }}
            />
          </Suspense>
        </Panel>
      )}
    </section>
  );
}

function nameOf(rows: readonly FleetRow[], gpuUuids: readonly string[]): string {
  if (gpuUuids.length > 1)
    return gpuUuids.length === rows.length ? "All GPUs" : `${gpuUuids.length} GPUs`;
  return rows.find(({ gpu }) => gpu.sample.gpuUuid === gpuUuids[0])?.name ?? "GPU";
}
