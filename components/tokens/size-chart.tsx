"use client";
import { useMemo } from "react";
import type { ChartColour } from "@/components/charts/chart-colours";
import { useChartCursor } from "@/components/charts/chart-context";
import { ChartGroup } from "@/components/charts/chart-group";
import { valueAt } from "@/components/charts/chart-legend";
import {
  type ChartLine,
  type ChartMark,
  type ChartThreshold,
  dashes,
} from "@/components/charts/chart-line";
import type { CursorStore, TimeSpan } from "@/components/charts/cursor-store";
import { TimeAxis } from "@/components/charts/time-axis";
import { TimeChart } from "@/components/charts/time-chart";
import { useTimeRange } from "@/components/layout/time-range";
import { overlapOfGaps } from "@/domain/chart/series-gap";
import { formatClock } from "@/domain/time/format-time";
import { stepTimes } from "@/domain/tokens/step-times";
import type { UsageRow } from "@/domain/tokens/usage-history";
import type { UsageLine } from "@/domain/tokens/usage-lines";
import type { SilentCut } from "@/domain/tokens/usage-report";
import { formatFull } from "@/domain/units/format-number";
import { formatTokens } from "@/domain/units/format-tokens";
import { LegendLine } from "./legend-line";
import { LegendSwatch } from "./legend-swatch";
import { rowKey } from "./row-colours";

interface SizeChartProps {
  model: string;
  rows: readonly UsageRow[];
  colours: ReadonlyMap<string, ChartColour>;
  warningThreshold: number;
  maxOutputTokens: number | null;
  cuts: readonly SilentCut[];
  lines: readonly UsageLine[];
  stepMs: number;
  span: TimeSpan;
  cursor: CursorStore;
}

const PLOT_PX = 186;
const REACH_STEPS = 1.5;
const K = 1_000;

interface DrawnLine extends ChartLine {
  p95: readonly (number | null)[];
}

/** Mean and p5 to p95 of each service, the limits of the model, and a dot for each prompt that its server cut. */
export function SizeChart(props: SizeChartProps) {
  const { model, lines, colours, span, stepMs, cuts } = props;
  const { setRange } = useTimeRange();
  const drawn = useMemo(
    () => lines.map((line, place) => drawnLine(line, colours, place)),
    [lines, colours],
  );
  const gaps = useMemo(() => overlapOfGaps(lines.map((line) => line.gaps)), [lines]);
  const missing = useMemo(
    () => Object.fromEntries(lines.map((line) => [rowKey(line), line.gaps])),
    [lines],
  );
  const timesMs = useMemo(() => stepTimes({ ...span, stepMs }), [span, stepMs]);
  const marks = useMemo(() => cuts.map(cutMark), [cuts]);
  const thresholds = useMemo(
    () => thresholdsOf(props.rows, props.warningThreshold),
    [props.rows, props.warningThreshold],
  );
  const eventTimesMs = useMemo(() => cutTimes(cuts), [cuts]);
  const reachMs = stepMs * REACH_STEPS;
  return (
    <div className="px-3 pb-2 pl-1.5">
      <ChartGroup
        label={`Chart of the prompt sizes of ${model}`}
        {...span}
        timesMs={timesMs}
        eventTimesMs={eventTimesMs}
        cursor={props.cursor}
        legendPx={0}
        narrow={{ gutterPx: 40, rightPx: 0 }}
        onZoom={setRange}
        describeAt={(timeMs) => describeAt(drawn, timeMs, reachMs)}
        foot={
          <>
            <TimeAxis />
            <SizeLegend
              lines={drawn}
              reachMs={reachMs}
              cuts={cuts.length}
              maxOutputTokens={props.maxOutputTokens}
            />
          </>
        }
      >
        <TimeChart
          title="Prompt size"
          unit="tokens"
          of={model}
          lines={drawn}
          gaps={gaps}
          missing={missing}
          isMissingDrawn={false}
          thresholds={thresholds}
          marks={marks}
          formatTick={tickText}
          isFromZero
          heightPx={PLOT_PX}
          reachMs={reachMs}
          emptyReason={
            lines.every((line) => line.timesMs.length === 0) ? "No prompt in this range" : null
          }
          hasLegend={false}
          withGapReason
        />
      </ChartGroup>
    </div>
  );
}

/** Round values: `750`, `7.5 k`. */
function tickText(tokens: number): string {
  return tokens < K ? formatFull(tokens) : `${formatFull(tokens / K)} k`;
}

function drawnLine(
  line: UsageLine,
  colours: ReadonlyMap<string, ChartColour>,
  place: number,
): DrawnLine {
  return {
    key: rowKey(line),
    label: line.service,
    colour: colours.get(rowKey(line)) ?? "--series-0",
    dash: dashes[place],
    timesMs: line.timesMs,
    mean: line.mean,
    min: line.p5,
    max: line.p95,
    counts: line.prompts,
    p95: line.p95,
    format: formatTokens,
  };
}

/** Ascending: where `[` and `]` go. */
function cutTimes(cuts: readonly SilentCut[]): number[] {
  return cuts.map(({ atMs }) => atMs).sort((a, b) => a - b);
}

function cutMark(cut: SilentCut): ChartMark {
  return {
    key: cut.id,
    atMs: cut.atMs,
    value: cut.sentTokens,
    label: `${formatClock(cut.atMs, { seconds: true })}: ${formatFull(cut.sentTokens)} sent, ${formatFull(cut.lostTokens)} lost`,
    tone: "crit",
  };
}

/** The limits, where all services of the model have the same: lines of several would say nothing. */
function thresholdsOf(rows: readonly UsageRow[], warningThreshold: number): ChartThreshold[] {
  const [first, ...others] = rows;
  const { availableTokens, contextWindow } = first ?? {};
  const isOne = others.every((row) => row.availableTokens === availableTokens);
  if (typeof availableTokens !== "number" || typeof contextWindow !== "number" || !isOne) return [];
  return [
    {
      value: availableTokens * warningThreshold,
      label: `${Math.round(warningThreshold * 100)} %`,
      tone: "warn",
    },
    {
      value: availableTokens,
      label: `available ${formatFull(availableTokens)}`,
      tone: "crit",
      side: "left",
    },
    { value: contextWindow, label: `window ${formatFull(contextWindow)}`, tone: "neutral" },
  ];
}

interface SizeLegendProps {
  lines: readonly DrawnLine[];
  reachMs: number;
  cuts: number;
  maxOutputTokens: number | null;
}

function SizeLegend({ lines, reachMs, cuts, maxOutputTokens }: SizeLegendProps) {
  const { timeMs } = useChartCursor();
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-3.5 gap-y-0.5 pt-1 type-11 text-fg-2 [&_b]:font-semibold [&_b]:text-fg-1">
      {lines.map((line) => {
        const atMs = timeMs ?? line.timesMs.at(-1) ?? 0;
        const p95 = valueAt({ ...line, mean: line.p95 }, atMs, reachMs);
        return (
          <span key={line.key} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <LegendLine colour={line.colour} dash={line.dash} />
            {line.label} mean <b>{formatTokens(valueAt(line, atMs, reachMs))}</b> p95{" "}
            <b>{formatTokens(p95)}</b> {timeMs === null && "newest"}
          </span>
        );
      })}
      {cuts > 0 && (
        <LegendSwatch colour="--crit-fill">
          cut by the server <b>{formatFull(cuts)}</b>
        </LegendSwatch>
      )}
      {maxOutputTokens !== null && maxOutputTokens > 0 && (
        <span>{formatFull(maxOutputTokens)} of the window are kept for the answer</span>
      )}
    </div>
  );
}

function describeAt(lines: readonly DrawnLine[], timeMs: number, reachMs: number): string {
  const values = lines.map((line) => {
    const mean = valueAt(line, timeMs, reachMs);
    return `${line.label} ${mean === null ? "no prompts" : `${formatFull(Math.round(mean))} tokens on average`}`;
  });
  return `${formatClock(timeMs, { seconds: true })}: ${values.join(", ")}`;
}
