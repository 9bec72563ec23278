"use client";
import { lazy, Suspense } from "react";
import type { CursorStore } from "@/components/charts/cursor-store";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { formatCount } from "@/domain/units/format-tokens";
import { PanelBody } from "./panel-body";
import type { UsageFilter } from "./usage-filter";
import { useRemovals } from "./use-token-usage";

const RemovalsChart = lazy(async () => ({
  default: (await import("./removals-chart")).RemovalsChart,
}));

/** Which sections went, when: what truncation costs. */
export function RemovalsPanel({ filter, cursor }: { filter: UsageFilter; cursor: CursorStore }) {
  const query = useRemovals(filter);
  const removed = (query.data?.sections ?? []).reduce(
    (sum, { points }) => sum + points.reduce((total, { prompts }) => total + prompts, 0),
    0,
  );
  return (
    <Panel
      title="Sections removed"
      subtitle={removed === 0 ? "by truncation" : `${formatCount(removed, "time")}, by truncation`}
      className="flex-none"
    >
      <PanelBody
        query={query}
        what="The history of removed sections"
        waitingFor="The database sums up what was removed"
        skeleton={<SkeletonPlot className="h-40" />}
      >
        {(history) =>
          history.sections.length === 0 ? (
            <p className="px-3 pb-3 type-12 text-pretty text-fg-2">
              No section was removed in this range. With truncation on, sections go from the lowest
              priority up, only as many as needed; each removal is listed here.
            </p>
          ) : (
            <Suspense fallback={<SkeletonPlot className="m-3 h-40" />}>
              <RemovalsChart history={history} cursor={cursor} />
            </Suspense>
          )
        }
      </PanelBody>
    </Panel>
  );
}
