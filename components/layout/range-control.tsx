"use client";
import { ChevronDown, ChevronLeft, ChevronRight, Clock, ZoomOut } from "lucide-react";
import { type ComponentProps, lazy, type ReactNode, Suspense, useEffect } from "react";
import { cn } from "@/components/ui/class-names";
import { useLazyPanel } from "@/components/ui/use-lazy-panel";
import { formatDuration } from "@/domain/time/format-duration";
import { formatIso, formatRange, formatZone } from "@/domain/time/format-time";
import { longestSpanMs, shiftRange, type TimeRange, zoomOut } from "@/domain/time/time-range";
import { useLiveStore } from "./live-connection";
import { useShortcut } from "./shortcuts";
import { useTimeRange } from "./time-range";

const RangePanel = lazy(async () => ({ default: (await import("./range-panel")).RangePanel }));

/** Range of the page: earlier, choose, later, zoom out. Needs <Suspense> above it. */
export function RangeControl() {
  const range = useTimeRange();
  const store = useLiveStore();
  const { anchor, isOpen, wasOpened, toggle, close } = useLazyPanel();
  useAnchorSteps(range);

  const zoom = () => {
    range.setRange(zoomOut(range, store.serverNowMs()));
  };
  const shift = (direction: -1 | 1) => {
    range.setRange(shiftRange(range, direction, store.serverNowMs()));
  };
  useShortcut({ keys: "r", label: "Choose the time range", group: "Everywhere" }, toggle);
  useShortcut({ keys: "Shift+z", label: "Zoom out in time", group: "Everywhere" }, zoom);

  return (
    <>
      <div
        role="group"
        aria-label="Time range"
        className="flex h-control items-stretch divide-x divide-line-1 rounded-6 border border-line-2 bg-surface-1"
      >
        <Part
          label="Earlier"
          className="rounded-l-6 max-md:hidden"
          onClick={() => {
            shift(-1);
          }}
        >
          <ChevronLeft />
        </Part>
        <button
          ref={anchor}
          type="button"
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          suppressHydrationWarning // in development the server renders its own clock and zone first
          title={`${formatIso(range.fromMs)} – ${formatIso(range.toMs)}`}
          onClick={toggle}
          className="flex items-center gap-1.5 px-2 whitespace-nowrap hover:bg-surface-2 max-md:rounded-6"
        >
          <Clock className="text-fg-2" />
          <RangeLabel range={range} nowMs={store.serverNowMs()} />
          <ChevronDown className="size-3 text-fg-3" />
        </button>
        <Part
          label="Later"
          disabled={range.isRelative}
          className="max-md:hidden"
          onClick={() => {
            shift(1);
          }}
        >
          <ChevronRight />
        </Part>
        <Part
          label="Zoom out"
          disabled={range.spanMs >= longestSpanMs}
          className="rounded-r-6 max-md:hidden"
          onClick={zoom}
        >
          <ZoomOut />
        </Part>
      </div>
      <Suspense fallback={null}>
        {wasOpened && <RangePanel anchor={anchor} open={isOpen} onClose={close} />}
      </Suspense>
    </>
  );
}

function RangeLabel({ range, nowMs }: { range: TimeRange; nowMs: number }) {
  return (
    <>
      <span className="sr-only">Time range </span>
      <span suppressHydrationWarning className="font-medium max-md:sr-only">
        {formatRange(range, { nowMs })}
      </span>
      <span suppressHydrationWarning className="text-fg-3 max-md:sr-only">
        {formatZone(range.toMs)}
      </span>
      <span className="text-fg-2">{formatDuration(range.spanMs)}</span>
    </>
  );
}

interface PartProps extends Omit<ComponentProps<"button">, "children"> {
  label: string;
  children: ReactNode;
}

function Part({ label, className, children, ...rest }: PartProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cn(
        "flex items-center px-1.5 text-fg-2 enabled:hover:bg-surface-2 disabled:opacity-50",
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}

const SHORTEST_STEP_MS = 10_000;
const LONGEST_STEP_MS = 60_000;
const STEPS_A_SPAN = 60;

/** While the range ends now, its end moves on: each sixtieth of the span, at least each minute. */
function useAnchorSteps({ isRelative, spanMs }: TimeRange) {
  const store = useLiveStore();
  const stepMs = Math.min(LONGEST_STEP_MS, Math.max(SHORTEST_STEP_MS, spanMs / STEPS_A_SPAN));
  useEffect(() => {
    if (!isRelative) return;
    const timer = setInterval(() => {
      if (!document.hidden) store.moveAnchor();
    }, stepMs);
    return () => {
      clearInterval(timer);
    };
  }, [store, isRelative, stepMs]);
}
