"use client";
import { type CSSProperties, type ReactNode, useState } from "react";
import type { ChartColour } from "@/components/charts/chart-colours";
import { GridLines, YAxis } from "@/components/charts/plot-furniture";
import { niceTicks } from "@/domain/chart/nice-ticks";
import type { UtilizationBar } from "@/domain/tokens/utilization-bars";
import { formatFull } from "@/domain/units/format-number";
import { formatCount } from "@/domain/units/format-tokens";
import { LegendSwatch } from "./legend-swatch";

interface ContextHistogramProps {
  bars: readonly UtilizationBar[];
  /** In the order of the parts of a bar. */
  services: readonly { name: string; colour: ChartColour }[];
  /** The model. */
  of: string;
  /** 0 to 1. */
  warningThreshold: number;
  /** Where the fullest prompt lies beyond the axis. */
  most: string | null;
  over: number;
  cut: number;
}

const PLOT_PX = 186;
/** What is drawn of a bar's place. */
const BAR_SHARE = 0.76;
const HEADROOM = 1.08;
const axisPercents = [0, 50, 80, 100, 120, 135];

/** Prompts by the share of the context that they used, in steps of 5 %; what was over in warn, what the server cut in crit. */
export function ContextHistogram(props: ContextHistogramProps) {
  const { bars, services, of, warningThreshold, most } = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const highest = bars.reduce((known, { total }) => Math.max(known, total), 1);
  const y = { min: 0, max: highest * HEADROOM };
  const ticks = niceTicks(0, highest).filter((tick) => Number.isInteger(tick));
  const placeOf = (percent: number) => (percent / 5 / bars.length) * 100;
  return (
    <div className="px-3 pb-2 pl-1.5">
      <div
        role="img"
        aria-label={`Prompts to ${of} by the share of the context used; t shows it as a table`}
        style={{ height: PLOT_PX, "--gut": "40px" } as CSSProperties}
        className="flex"
      >
        <YAxis ticks={ticks} y={y} format={formatFull} />
        <div
          className="relative min-w-0 flex-1"
          onPointerMove={(event) => {
            const { left, width } = event.currentTarget.getBoundingClientRect();
            const place = Math.floor(((event.clientX - left) / width) * bars.length);
            setPointed(Math.min(bars.length - 1, Math.max(0, place)));
          }}
          onPointerLeave={() => {
            setPointed(null);
          }}
        >
          <GridLines ticks={ticks} y={y} />
          <Bars bars={bars} services={services} max={y.max} pointed={pointed} />
          <Mark left={placeOf(warningThreshold * 100)} tone="warn" place="left">
            {formatFull(Math.round(warningThreshold * 100))} %
          </Mark>
          <Mark left={placeOf(100)} tone="crit" place="right">
            available
          </Mark>
          {most !== null && (
            <span className="absolute top-6 right-0 rounded-2 bg-surface-1 px-1 type-11 text-fg-2">
              {most}
            </span>
          )}
        </div>
      </div>
      <div aria-hidden="true" className="relative ml-10 h-4 type-11 text-chart-axis">
        {axisPercents.map((percent) => (
          <span
            key={percent}
            style={{ left: `${percent === 135 ? 98.2 : placeOf(percent)}%` }}
            className="absolute -translate-x-1/2"
          >
            {percent === 135 ? "135+" : percent}
          </span>
        ))}
      </div>
      <Legend {...props} bar={pointed === null ? null : (bars[pointed] ?? null)} />
    </div>
  );
}

function Legend({
  services,
  over,
  cut,
  bar,
}: ContextHistogramProps & { bar: UtilizationBar | null }) {
  return (
    <div className="flex min-h-5 flex-wrap items-center gap-x-3.5 gap-y-0.5 pt-1 pl-10 type-11 text-fg-2">
      {services.map(({ name, colour }) => (
        <LegendSwatch key={name} colour={colour}>
          {name}
        </LegendSwatch>
      ))}
      <LegendSwatch colour="--warn-fill">
        over <b className="font-semibold text-fg-1">{formatFull(over)}</b>
      </LegendSwatch>
      <LegendSwatch colour="--crit-fill">
        cut by the server <b className="font-semibold text-fg-1">{formatFull(cut)}</b>
      </LegendSwatch>
      {bar !== null && (
        <span className="ml-auto text-fg-1">
          {barName(bar.fromPercent)}: {formatCount(bar.total, "prompt")}
        </span>
      )}
    </div>
  );
}

function barName(fromPercent: number): string {
  return fromPercent === 135 ? "135 % and more" : `${fromPercent} – ${fromPercent + 5} %`;
}

interface BarsProps {
  bars: readonly UtilizationBar[];
  services: ContextHistogramProps["services"];
  max: number;
  pointed: number | null;
}

/** A column a bar, its parts from the bottom up. */
function Bars({ bars, services, max, pointed }: BarsProps) {
  return (
    <div className="absolute inset-0 flex items-end">
      {bars.map((bar, place) => {
        const parts = [
          ...bar.fitted.map((count, row) => ({
            key: `fitted-${row}`,
            count,
            colour: services[row]?.colour ?? "--series-0",
          })),
          { key: "over", count: bar.over, colour: "--warn-fill" },
          { key: "cut", count: bar.cut, colour: "--crit-fill" },
        ];
        return (
          <div
            key={bar.fromPercent}
            data-bar={bar.fromPercent}
            className="flex h-full flex-1 flex-col-reverse items-center data-[pointed=true]:bg-surface-2"
            data-pointed={place === pointed}
          >
            {parts
              .filter(({ count }) => count > 0)
              .map(({ key, count, colour }) => (
                <i
                  key={key}
                  style={{
                    // A single prompt among thousands is still to be seen.
                    height: `max(2px, ${(count / max) * 100}%)`,
                    width: `${BAR_SHARE * 100}%`,
                    background: `var(${colour})`,
                  }}
                  className="flex-none"
                />
              ))}
          </div>
        );
      })}
    </div>
  );
}

const markTones = {
  warn: { line: "border-dashed border-warn-fill", text: "text-warn" },
  crit: { line: "border-solid border-crit-fill", text: "text-crit" },
} as const;

function Mark(props: {
  left: number;
  tone: "warn" | "crit";
  place: "left" | "right";
  children: ReactNode;
}) {
  const { line, text } = markTones[props.tone];
  return (
    <i
      style={{ left: `${props.left}%` }}
      className={`pointer-events-none absolute inset-y-0 border-l not-italic ${line}`}
    >
      <span
        className={`absolute top-0 type-11 whitespace-nowrap ${text} ${props.place === "left" ? "right-1" : "left-1"}`}
      >
        {props.children}
      </span>
    </i>
  );
}
