"use client";
import { Download } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { createCursorStore } from "@/components/charts/cursor-store";
import { downloadCsv } from "@/components/charts/download-csv";
import { EventList } from "@/components/gpu/event-list";
import { FleetError } from "@/components/gpu/fleet-states";
import { GpuFacts } from "@/components/gpu/gpu-facts";
import { GpuHead } from "@/components/gpu/gpu-head";
import { GpuPlots } from "@/components/gpu/gpu-plots";
import { gpuPointsCsv } from "@/components/gpu/gpu-points-csv";
import { GpuLoading, UnknownGpu } from "@/components/gpu/gpu-states";
import { type GpuFeed, useGpuFeed } from "@/components/gpu/use-gpu-feed";
import { VramPanel } from "@/components/gpu/vram-panel";
import { usePageTitle } from "@/components/layout/page-title";
import { useShortcut } from "@/components/layout/shortcuts";
import { useTimeRange } from "@/components/layout/time-range";
import { changeAddress } from "@/components/layout/url-state";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { gpuEvents, joinEvents } from "@/domain/fleet/gpu-events";
import { formatClock } from "@/domain/time/format-time";
import { type GpuPageView, parseGpuSearch } from "./search-params";

const crumbs = [{ label: "GPUs", href: "/gpus" }];
const views = [
  { value: "charts", label: "Charts" },
  { value: "table", label: "Table" },
] as const;

export function GpuClient() {
  const { gpuUuid, view } = parseGpuSearch(useSearchParams());
  const feed = useGpuFeed(gpuUuid);
  const { live, state, gpuIndex } = feed;
  usePageTitle({ title: gpuIndex === null ? "GPU" : `GPU ${gpuIndex}`, crumbs });
  if (live.error !== null) return <FleetError error={live.error} onRetry={live.retry} />;
  if (gpuUuid === null || state === "unknown") return <UnknownGpu gpuUuid={gpuUuid} />;
  if (state === "loading") return <GpuLoading />;
  return <GpuView gpuUuid={gpuUuid} view={view} feed={feed} />;
}

interface GpuViewProps {
  gpuUuid: string;
  view: GpuPageView;
  feed: GpuFeed;
}

function GpuView({ gpuUuid, view, feed }: GpuViewProps) {
  const { live, history, gpu, series } = feed;
  const { setRange } = useTimeRange();
  const [cursor] = useState(createCursorStore);
  const events = useMemo(
    () => joinEvents(series ? gpuEvents(series, history.known) : []),
    [series, history.known],
  );
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
        <GpuActions gpuUuid={gpuUuid} view={view} feed={feed} />
      </div>
      {gpu && <VramPanel sample={gpu.sample} isStale={gpu.stale} />}
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_284px] items-start gap-3 max-lg:flex-none max-lg:grid-cols-1">
        <GpuPlots feed={feed} view={view} events={events} cursor={cursor} onZoom={setRange} />
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
              <GpuFacts sample={gpu.sample} />
            </Panel>
          )}
        </aside>
      </div>
    </>
  );
}

function GpuActions({ gpuUuid, view, feed: { series } }: GpuViewProps) {
  const setView = (next: GpuPageView) => {
    changeAddress({ view: next === "charts" ? null : next }, "replace");
  };
  useShortcut({ keys: "t", label: "Table instead of charts", group: "On this page" }, () => {
    setView(view === "table" ? "charts" : "table");
  });
  return (
    <div className="ml-auto flex items-center gap-2 max-md:ml-0">
      <SegmentedControl label="View" value={view} onChange={setView} options={views} />
      <Button
        icon={<Download />}
        disabled={!series}
        onClick={() => {
          if (!series) return;
          const { header, rows } = gpuPointsCsv(series);
          downloadCsv(`gpu-${series.gpuIndex ?? gpuUuid}`, header, rows);
        }}
      >
        CSV
      </Button>
    </div>
  );
}
