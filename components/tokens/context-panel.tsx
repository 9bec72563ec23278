"use client";
import { lazy, Suspense, useMemo } from "react";
import type { ChartColour } from "@/components/charts/chart-colours";
import type { PointsView } from "@/components/charts/points-view";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import { utilizationBars } from "@/domain/tokens/utilization-bars";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { formatFull } from "@/domain/units/format-number";
import { formatCount, formatShare } from "@/domain/units/format-tokens";
import { rowKey } from "./row-colours";

const ContextHistogram = lazy(async () => ({
  default: (await import("./context-histogram")).ContextHistogram,
}));
const ContextTable = lazy(async () => ({
  default: (await import("./context-table")).ContextTable,
}));

interface ContextPanelProps {
  model: string;
  /** Of this model, a service each. */
  rows: readonly UsageRow[];
  colours: ReadonlyMap<string, ChartColour>;
  /** 0 to 1. */
  warningThreshold: number;
  view: PointsView;
}

/** How full the context of one model was, prompt by prompt. */
export function ContextPanel({ model, rows, colours, warningThreshold, view }: ContextPanelProps) {
  const bars = useMemo(() => utilizationBars(rows), [rows]);
  const prompts = rows.reduce((sum, row) => sum + row.prompts, 0);
  const sizes = [...new Set(rows.map((row) => row.availableTokens))];
  const available = sizes.length === 1 ? (sizes[0] ?? null) : null;
  const most = rows.reduce((known, row) => Math.max(known, row.maxUtilization ?? 0), 0);
  const sum = (of: (row: UsageRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const services = rows.map((row) => ({
    name: row.service,
    colour: colours.get(rowKey(row)) ?? ("--series-0" as const),
  }));
  return (
    <Panel
      title="Context used"
      subtitle={`${model}, ${formatCount(prompts, "prompt")}, % of ${available === null ? "what is available" : formatFull(available)}`}
      className="flex-none"
    >
      <Suspense fallback={<SkeletonPlot className="m-3 h-50" />}>
        {view === "table" ? (
          <ContextTable bars={bars} services={services} />
        ) : (
          <ContextHistogram
            bars={bars}
            services={services}
            of={model}
            warningThreshold={warningThreshold}
            most={most > 1 ? `${formatShare(most)} at most` : null}
            over={sum((row) => row.over)}
            cut={sum((row) => row.silentCuts)}
          />
        )}
      </Suspense>
    </Panel>
  );
}
