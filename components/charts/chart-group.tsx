"use client";
import { ZoomIn } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { Button } from "@/components/ui/button";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock } from "@/domain/time/format-time";
import { ChartContext, percentOf, useChartCursor, useChartFrame } from "./chart-context";
import { createCursorStore, type CursorStore, type TimeSpan } from "./cursor-store";
import { PointerPlane } from "./pointer-plane";

interface ChartGroupProps extends TimeSpan {
  /** "Charts of GPU 0" */
  label: string;
  /** Times that the cursor can stand on, ascending: the samples or buckets. */
  timesMs: readonly number[];
  /** Shared with what stands outside the group and moves the cursor too; without it the group has its own. */
  cursor?: CursorStore;
  /** Times that `[` and `]` jump to, ascending. */
  eventTimesMs?: readonly number[];
  /** Called with the brushed span. */
  onZoom: (span: TimeSpan) => void;
  /** Values at a time in words, for the live region. */
  describeAt: (timeMs: number) => string;
  /** Room left and right of the plots, for their axes and legends. */
  gutterPx?: number;
  legendPx?: number;
  /** The same where legends stand above their plots. */
  narrow?: { gutterPx: number; rightPx: number };
  /** What stands above the plots and on the same axis. */
  head?: ReactNode;
  /** What stands below the plots: the time axis. */
  foot: ReactNode;
  /** Stays in sight where the plots scroll. */
  isFootSticky?: boolean;
  children: ReactNode;
}

const SAY_AT_MOST_EVERY_MS = 1_000;
const BRUSH_AROUND_SHARE = 0.1;
const TEN = 10;
const GAP_PX = 14;
// Where the plots are in a row with their axis and legend.
const plotInset = "ml-(--gut) mr-(--right)";

/** Plots on one time axis with one cursor: hover, click pins, Esc frees, arrows move it, drag brushes, z zooms. */
export function ChartGroup(props: ChartGroupProps) {
  const { fromMs, toMs, label, timesMs, gutterPx = 40, legendPx = 252 } = props;
  const [own] = useState(createCursorStore);
  const cursor = props.cursor ?? own;
  useEffect(() => {
    cursor.setTimes(timesMs);
  }, [cursor, timesMs]);
  const frame = useMemo(() => ({ fromMs, toMs, cursor }), [fromMs, toMs, cursor]);
  useChartKeys({ ...props, cursor });

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    cursor.step(direction * (event.shiftKey ? TEN : 1));
  };
  const { narrow = { gutterPx: 30, rightPx: 0 } } = props;
  const measures = {
    "--gut-wide": `${gutterPx}px`,
    "--gut-narrow": `${narrow.gutterPx}px`,
    "--lw": `${legendPx}px`,
    "--right-wide": `${legendPx + GAP_PX}px`,
    "--right-narrow": `${narrow.rightPx}px`,
  } as CSSProperties;
  return (
    <ChartContext value={frame}>
      <div
        role="group"
        aria-label={`${label}. Left and right arrows move the cursor, Shift ten samples at a time, Escape frees it.`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        style={measures}
        className="relative rounded-4 outline-offset-[-2px] [--gut:var(--gut-wide)] [--right:var(--right-wide)] max-md:[--gut:var(--gut-narrow)] max-md:[--right:var(--right-narrow)]"
      >
        {props.head}
        <div className="relative">
          {props.children}
          <div className={`pointer-events-none absolute inset-y-0 right-0 left-0 ${plotInset}`}>
            <CursorLine />
            <PointerPlane>
              <Brush onZoom={props.onZoom} />
            </PointerPlane>
          </div>
        </div>
        {props.isFootSticky === true ? (
          <div className="sticky bottom-0 z-4 bg-surface-1">
            <div className={plotInset}>{props.foot}</div>
          </div>
        ) : (
          <div className={plotInset}>{props.foot}</div>
        )}
        <SpokenCursor describeAt={props.describeAt} />
      </div>
    </ChartContext>
  );
}

function useChartKeys({
  cursor,
  onZoom,
  eventTimesMs = [],
  fromMs,
  toMs,
}: ChartGroupProps & { cursor: CursorStore }) {
  const here = () => cursor.snapshot().timeMs ?? toMs;
  useShortcut({ keys: "z", label: "Zoom to the brush", group: "On this page" }, () => {
    const { brush } = cursor.snapshot();
    if (!brush) return;
    cursor.setBrush(null);
    onZoom(brush);
  });
  useShortcut({ keys: "b", label: "Brush around the cursor", group: "On this page" }, () => {
    const half = (toMs - fromMs) * BRUSH_AROUND_SHARE;
    const middle = Math.min(toMs - half, Math.max(fromMs + half, here()));
    cursor.setBrush({ fromMs: middle - half, toMs: middle + half });
  });
  useShortcut({ keys: "Escape", label: "Free the cursor", group: "On this page" }, () => {
    cursor.free();
  });
  useStepKey(cursor, { keys: "ArrowLeft", label: "Cursor to the sample before", by: -1 });
  useStepKey(cursor, { keys: "ArrowRight", label: "Cursor to the next sample", by: 1 });
  useStepKey(cursor, { keys: "Shift+ArrowLeft", label: "Cursor ten samples back", by: -TEN });
  useStepKey(cursor, { keys: "Shift+ArrowRight", label: "Cursor ten samples on", by: TEN });
  useShortcut({ keys: "[", label: "Event before", group: "On this page" }, () => {
    const before = eventTimesMs.findLast((timeMs) => timeMs < here());
    if (before !== undefined) cursor.pin(before);
  });
  useShortcut({ keys: "]", label: "Next event", group: "On this page" }, () => {
    const after = eventTimesMs.find((timeMs) => timeMs > here());
    if (after !== undefined) cursor.pin(after);
  });
}

function useStepKey(cursor: CursorStore, key: { keys: string; label: string; by: number }) {
  const { keys, label, by } = key;
  useShortcut({ keys, label, group: "On this page", repeats: true }, () => {
    cursor.step(by);
  });
}

/** One line through all plots, its time in a label on the axis. */
function CursorLine() {
  const frame = useChartFrame();
  const { timeMs, isPinned } = useChartCursor();
  if (timeMs === null || timeMs < frame.fromMs || timeMs > frame.toMs) return null;
  return (
    <div
      aria-hidden="true"
      data-pinned={isPinned}
      style={{ left: `${percentOf(timeMs, frame)}%` }}
      className="absolute inset-y-0 z-2 w-0 border-l border-chart-cursor"
    >
      <b className="absolute -bottom-4.25 -translate-x-1/2 rounded-4 bg-accent px-1.5 type-11 font-semibold whitespace-nowrap text-on-accent">
        {formatClock(timeMs, { seconds: true })}
      </b>
    </div>
  );
}

function Brush({ onZoom }: { onZoom: (span: TimeSpan) => void }) {
  const frame = useChartFrame();
  const { brush } = useChartCursor();
  if (!brush) return null;
  const left = Math.max(0, percentOf(brush.fromMs, frame));
  const width = Math.min(100, percentOf(brush.toMs, frame)) - left;
  return (
    <div
      style={{ left: `${left}%`, width: `${width}%` }}
      className="absolute inset-y-0 z-3 border-x border-accent bg-accent/12"
    >
      <div className="absolute top-1 left-1/2 -translate-x-1/2">
        <Button
          size="sm"
          variant="accent"
          icon={<ZoomIn />}
          shortcut="z"
          onPointerDown={(event) => {
            event.stopPropagation();
          }}
          onClick={() => {
            frame.cursor.setBrush(null);
            onZoom(brush);
          }}
        >
          Zoom to {formatDuration(brush.toMs - brush.fromMs)}
        </Button>
      </div>
    </div>
  );
}

/** Says the values at a pinned cursor, at most once a second. Hovering says nothing: the pointer's user sees them. */
function SpokenCursor({ describeAt }: { describeAt: (timeMs: number) => string }) {
  const { timeMs, isPinned } = useChartCursor();
  const [spoken, setSpoken] = useState("");
  const describe = useEffectEvent((atMs: number) => {
    setSpoken(describeAt(atMs));
  });
  useEffect(() => {
    if (timeMs === null || !isPinned) return;
    const timer = setTimeout(() => {
      describe(timeMs);
    }, SAY_AT_MOST_EVERY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [timeMs, isPinned]);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {spoken}
    </p>
  );
}
