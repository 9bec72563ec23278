"use client";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { createCursorStore } from "@/components/charts/cursor-store";
import { EventList } from "@/components/gpu/event-list";
import { FleetError } from "@/components/gpu/fleet-states";
import { GpuFacts } from "@/components/gpu/gpu-facts";
import { GpuHead } from "@/components/gpu/gpu-head";
import { GpuPlots } from "@/components/gpu/gpu-plots";
import { GpuProcesses } from "@/components/gpu/gpu-processes";
import { GpuLoading, UnknownGpu } from "@/components/gpu/gpu-states";
import { MigPanel } from "@/components/gpu/mig-panel";
import { PressureScope } from "@/components/gpu/pressure-context";
import { useGpuEvents } from "@/components/gpu/use-gpu-events";
import { type GpuFeed, useGpuFeed } from "@/components/gpu/use-gpu-feed";
import { usePressure } from "@/components/gpu/use-pressure";
import { useProcesses } from "@/components/gpu/use-processes";
import { VramPanel } from "@/components/gpu/vram-panel";
import { usePageTitle } from "@/components/layout/page-title";
import { useTimeRange } from "@/components/layout/time-range";
import { Panel } from "@/components/ui/panel";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { formatClock } from "@/domain/time/format-time";
import { GpuActions } from "./gpu-actions";
import { parseGpuSearch } from "./search-params";

const crumbs = [{ label: "GPUs", href: "/gpus" }];

export function GpuClient() {
  const { gpuUuid, compared } = parseGpuSearch(useSearchParams());
  const feed = useGpuFeed({ gpuUuid, compared });
  const { live, state, row } = feed;
  usePageTitle({ title: feed.name, crumbs: crumbsOf(row) });
  const pressure = usePressure().data;
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (gpuUuid === null || state === "unknown") return <UnknownGpu gpuUuid={gpuUuid} />;
  if (state === "loading") return <GpuLoading />;
  return (
    <PressureScope pressure={pressure}>
      <GpuView gpuUuid={gpuUuid} feed={feed} />
    </PressureScope>
  );
}

/** With the host where several report: then the name of the GPU begins with it. */
function crumbsOf(row: FleetRow | null) {
  const host = row?.gpu.sample.host ?? "";
  if (host === "" || row?.name.startsWith(`${host} `) !== true) return crumbs;
  return [...crumbs, { label: host, href: `/gpus?q=${encodeURIComponent(host)}` }];
}

function GpuView({ gpuUuid, feed }: { gpuUuid: string; feed: GpuFeed }) {
  const { live, gpu } = feed;
  const search = parseGpuSearch(useSearchParams());
  const { setRange } = useTimeRange();
  const [cursor] = useState(createCursorStore);
  const shown = useMemo(() => comparedRows(feed, search.compared), [feed, search.compared]);
  const { events, bands } = useGpuEvents(feed, gpuUuid);
  const processes = useProcesses(gpuUuid);
  return (
    <>
      <div className="flex flex-none flex-wrap items-center gap-3 max-md:gap-2">
        <GpuHead
          gpuUuid={gpuUuid}
          gpuName={feed.gpuName}
          gpu={gpu}
          pollIntervalMs={feed.pollIntervalMs}
          nowMs={live.nowMs}
        />
        <GpuActions gpuUuid={gpuUuid} feed={feed} shown={shown} search={search} />
      </div>
      {gpu && <VramPanel gpu={gpu} processes={processes.list?.processes ?? []} />}
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_284px] items-start gap-3 max-lg:flex-none max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-3">
          <GpuPlots
            feed={feed}
            shown={shown}
            view={search.view}
            layout={search.layout}
            events={events}
            criticalBands={bands}
            cursor={cursor}
            onZoom={setRange}
          />
          <GpuProcesses {...processes} />
          <Mig feed={feed} gpuUuid={gpuUuid} />
        </div>
        <aside aria-label="Events and facts" className="flex min-w-0 flex-col gap-3">
          <Panel title="Events" subtitle={`${events.length} in range`} className="max-h-80">
            <EventList events={events} cursor={cursor} nowMs={live.nowMs} />
          </Panel>
          {gpu && (
            <Panel
              title="Facts"
              subtitle={`as of ${formatClock(gpu.sample.recordedAtMs, { seconds: true })}`}
              stale={gpu.stale}
            >
              <GpuFacts gpu={gpu} />
            </Panel>
          )}
        </aside>
      </div>
    </>
  );
}

/** The GPU and those it is compared with, that report or have reported; itself alone without a comparison. */
function comparedRows({ rows, row }: GpuFeed, compared: readonly string[]): FleetRow[] {
  if (row === null) return [];
  const others = compared.flatMap(
    (uuid) => rows.find(({ gpu }) => gpu.sample.gpuUuid === uuid) ?? [],
  );
  return [row, ...others];
}

/** The instances of this GPU, or of the GPU that this is an instance of. */
function Mig({ feed: { rows, row }, gpuUuid }: { feed: GpuFeed; gpuUuid: string }) {
  const parentUuid = row?.parentUuid ?? gpuUuid;
  const parent = rows.find(({ gpu }) => gpu.sample.gpuUuid === parentUuid);
  const instances = rows.filter((one) => one.parentUuid === parentUuid);
  if (!parent || instances.length === 0) return null;
  return <MigPanel parent={parent} instances={instances} shownUuid={gpuUuid} />;
}
