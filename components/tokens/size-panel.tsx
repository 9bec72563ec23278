"use client";
import { lazy, Suspense, useMemo } from "react";
import type { ChartColour } from "@/components/charts/chart-colours";
import type { CursorStore } from "@/components/charts/cursor-store";
import { downloadCsv } from "@/components/charts/download-csv";
import { PointsActions } from "@/components/charts/points-actions";
import { type PointsView, pointsViewChange } from "@/components/charts/points-view";
import { changeAddress } from "@/components/layout/url-state";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { formatIso } from "@/domain/time/format-time";
import { formatDuration } from "@/domain/time/format-duration";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { type UsageLine, usageLines } from "@/domain/tokens/usage-lines";
import type { SilentCut } from "@/domain/tokens/usage-report";
import { PanelBody } from "./panel-body";
import { useUsageHistory, useUsageSpan } from "./use-token-usage";

const SizeChart = lazy(async () => ({ default: (await import("./size-chart")).SizeChart }));
const SizeTable = lazy(async () => ({ default: (await import("./size-table")).SizeTable }));

interface SizePanelProps {
  model: string;
  service: string | null;
  /** Of this model, a service each. */
  rows: readonly UsageRow[];
  colours: ReadonlyMap<string, ChartColour>;
  warningThreshold: number;
  maxOutputTokens: number | null;
  cuts: readonly SilentCut[];
  view: PointsView;
  cursor: CursorStore;
}

/** How long the prompts to one model were, over time. */
export function SizePanel(props: SizePanelProps) {
  const { model, service, view } = props;
  const span = useUsageSpan();
  const query = useUsageHistory({ model, service });
  const history = query.data;
  const lines = useMemo(
    () => (history === undefined ? [] : usageLines(history, span)),
    [history, span],
  );
  const stepMs = history?.stepMs ?? 0;
  return (
    <Panel
      title="Prompt size"
      subtitle={subtitleOf(model, { stepMs, hasCuts: props.cuts.length > 0 })}
      className="flex-none"
      actions={
        <PointsActions
          of="the prompt sizes"
          drawn="Charts"
          view={view}
          onView={(next) => {
            changeAddress(pointsViewChange(next), "replace");
          }}
          onCsv={() => {
            downloadCsv(`prompt-sizes-${model}`, csvHead, csvRows(lines));
          }}
        />
      }
    >
      <PanelBody
        query={query}
        what="The history of prompts"
        waitingFor="The database sums the prompts up"
        skeleton={<SkeletonPlot className="h-46" />}
      >
        {() => (
          <Suspense fallback={<SkeletonPlot className="m-3 h-50" />}>
            {view === "table" ? (
              <SizeTable lines={lines} nowMs={span.toMs} />
            ) : (
              <SizeChart {...props} lines={lines} stepMs={stepMs} span={span} />
            )}
          </Suspense>
        )}
      </PanelBody>
    </Panel>
  );
}

function subtitleOf(model: string, { stepMs, hasCuts }: { stepMs: number; hasCuts: boolean }) {
  const step = stepMs > 0 ? ` of ${formatDuration(stepMs)}` : "";
  return `to ${model}, mean and p5 to p95${step}${hasCuts ? "; dots were cut" : ""}`;
}

const csvHead = ["time", "service", "model", "prompts", "mean_tokens", "p5_tokens", "p95_tokens"];

function csvRows(lines: readonly UsageLine[]) {
  return lines.flatMap((line) =>
    line.timesMs.map((atMs, place) => [
      formatIso(atMs),
      line.service,
      line.model,
      line.prompts[place] ?? null,
      line.mean[place] ?? null,
      line.p5[place] ?? null,
      line.p95[place] ?? null,
    ]),
  );
}
