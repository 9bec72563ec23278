"use client";
import { useMemo } from "react";
import { seriesColours } from "@/components/charts/chart-colours";
import { ChartGroup } from "@/components/charts/chart-group";
import { valueAt } from "@/components/charts/chart-legend";
import { type ChartLine, dashes, othersDash } from "@/components/charts/chart-line";
import type { CursorStore } from "@/components/charts/cursor-store";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { useTimeRange } from "@/components/layout/time-range";
import { formatClock } from "@/domain/time/format-time";
import { removalLines } from "@/domain/tokens/removal-lines";
import type { RemovalHistory } from "@/domain/tokens/usage-history";
import { formatFigure, formatFull } from "@/domain/units/format-number";
import { formatTokens } from "@/domain/units/format-tokens";
import { LegendLine } from "./legend-line";
import { useUsageSpan } from "./use-token-usage";

const MOST_LINES = 5;
const PLOT_PX = 132;
const noGaps: never[] = [];

/** Times that each section was removed: a line each, those that went most often. */
export function RemovalsChart({
  history,
  cursor,
}: {
  history: RemovalHistory;
  cursor: CursorStore;
}) {
  const span = useUsageSpan();
  const { setRange } = useTimeRange();
  const lines = useMemo(
    () => removalLines(history, { ...span, most: MOST_LINES }).map(removalLine),
    [history, span],
  );
  const reachMs = history.stepMs;
  return (
    <div className="px-3 pb-1 pl-1.5">
      <ChartGroup
        label="Chart of removed sections"
        {...span}
        timesMs={lines[0]?.timesMs ?? []}
        cursor={cursor}
        legendPx={0}
        narrow={{ gutterPx: 40, rightPx: 0 }}
        onZoom={setRange}
        describeAt={(timeMs) =>
          `${formatClock(timeMs, { seconds: true })}: ${lines
            .map((line) => `${line.label} ${formatFigure(valueAt(line, timeMs, reachMs) ?? 0)}`)
            .join(", ")}`
        }
        foot={
          <>
            <TimeAxis />
            <RemovalsLegend lines={lines} />
          </>
        }
      >
        <TimeChart
          title="Removed"
          unit="times"
          of="sections of prompts"
          lines={lines}
          gaps={noGaps}
          heightPx={PLOT_PX}
          reachMs={reachMs}
          isFromZero
          hasLegend={false}
        />
      </ChartGroup>
    </div>
  );
}

interface DrawnRemoval extends ChartLine {
  total: number;
  savedTokens: number;
}

function RemovalsLegend({ lines }: { lines: readonly DrawnRemoval[] }) {
  return (
    <ul className="flex flex-wrap gap-x-3.5 gap-y-0.5 pt-1 pb-1.5 type-11 text-fg-2 [&_b]:font-semibold [&_b]:text-fg-1">
      {lines.map((line) => (
        <li key={line.key} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <LegendLine colour={line.colour} dash={line.dash} />
          <span>
            {line.label} <b>{formatFull(line.total)}</b>, saved{" "}
            <b>{formatTokens(line.savedTokens)}</b>
          </span>
        </li>
      ))}
    </ul>
  );
}

function removalLine(line: ReturnType<typeof removalLines>[number], place: number): DrawnRemoval {
  const isOthers = place >= MOST_LINES;
  return {
    key: line.name,
    label: line.name,
    colour: isOthers ? "--series-0" : (seriesColours[place] ?? "--series-0"),
    dash: isOthers ? othersDash : dashes[place],
    timesMs: line.timesMs,
    mean: line.removed,
    min: null,
    max: null,
    counts: null,
    format: formatFigure,
    total: line.total,
    savedTokens: line.savedTokens,
  };
}
