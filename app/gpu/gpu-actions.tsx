"use client";
import { downloadCsv } from "@/components/charts/download-csv";
import { CompareMenu } from "@/components/gpu/compare-menu";
import { CsvMenu } from "@/components/gpu/csv-menu";
import { comparePointsCsv, gpuPointsCsv } from "@/components/gpu/gpu-points-csv";
import type { GpuFeed } from "@/components/gpu/use-gpu-feed";
import { useShortcut } from "@/components/layout/shortcuts";
import { changeAddress } from "@/components/layout/url-state";
import { SegmentedControl } from "@/components/ui/segmented-control";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { formatDuration } from "@/domain/time/format-duration";
import { compareChange, type GpuPageView, type GpuSearch, MAX_COMPARED } from "./search-params";

const views = [
  { value: "charts", label: "Charts" },
  { value: "table", label: "Table" },
] as const;

interface GpuActionsProps {
  gpuUuid: string;
  feed: GpuFeed;
  /** The GPU and those it is compared with. */
  shown: readonly FleetRow[];
  search: GpuSearch;
}

/** Charts or table, others beside it, and files. */
export function GpuActions({ gpuUuid, feed, shown, search }: GpuActionsProps) {
  const { view, compared, layout } = search;
  const setView = (next: GpuPageView) => {
    changeAddress({ view: next === "charts" ? null : next }, "replace");
  };
  useShortcut({ keys: "t", label: "Table instead of charts", group: "On this page" }, () => {
    setView(view === "table" ? "charts" : "table");
  });
  const { history, series } = feed;
  const { stepMs } = history.known;
  const visible =
    stepMs === null
      ? "the samples of the charts"
      : `means, least and most of ${formatDuration(stepMs)}`;
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2 max-md:ml-0">
      <SegmentedControl label="View" value={view} onChange={setView} options={views} />
      <CompareMenu
        rows={feed.rows.filter(({ gpu }) => gpu.sample.gpuUuid !== gpuUuid)}
        compared={compared}
        most={MAX_COMPARED}
        layout={layout}
        onCompare={(next) => {
          changeAddress(compareChange(next), "replace");
        }}
        onLayout={(next) => {
          changeAddress({ layout: next === "overlaid" ? null : next }, "replace");
        }}
      />
      <CsvMenu
        gpuUuids={[gpuUuid, ...compared]}
        span={history}
        visible={visible}
        onVisible={
          series === undefined
            ? null
            : () => {
                const isOne = shown.length < 2;
                const { header, rows } = isOne
                  ? gpuPointsCsv(series)
                  : comparePointsCsv(shown, history.series);
                downloadCsv(isOne ? feed.name : "gpus-compared", header, rows);
              }
        }
      />
    </div>
  );
}
