"use client";
import { ChevronLeft, ChevronRight, ZoomOut } from "lucide-react";
import { type RefObject, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Popover } from "@/components/ui/popover";
import { quickRanges } from "@/domain/time/quick-ranges";
import {
  formatTypedTime,
  longestSpanMs,
  parseOffsetMs,
  parseTypedTime,
  type RangeChoice,
  shiftRange,
  shortestSpanMs,
  zoomOut,
} from "@/domain/time/time-range";
import { formatZone } from "@/domain/time/format-time";
import { useLiveStore } from "./live-connection";
import { useTimeRange } from "./time-range";

interface RangePanelProps {
  anchor: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onClose: () => void;
}

/** Quick ranges, or both ends typed. */
export function RangePanel({ anchor, open, onClose }: RangePanelProps) {
  const range = useTimeRange();
  const choose = (choice: RangeChoice) => {
    range.setRange(choice);
    onClose();
  };
  return (
    <Popover
      label="Choose the time range"
      anchor={anchor}
      open={open}
      onClose={onClose}
      className="w-84 p-3"
    >
      <NarrowSteps range={range} />
      <h2 className="pb-1 type-11 font-medium text-fg-3">Last</h2>
      <div className="grid grid-cols-2 gap-x-2 gap-y-0.5 pb-3">
        {quickRanges.map(({ offset, label }) => {
          const spanMs = parseOffsetMs(offset) ?? 0;
          const isChosen = range.isRelative && range.spanMs === spanMs;
          return (
            <button
              key={offset}
              type="button"
              aria-pressed={isChosen}
              onClick={() => {
                choose({ spanMs });
              }}
              className={cn(
                "flex h-7 items-center rounded-6 px-2 text-left type-12 hover:bg-surface-2 max-md:h-11",
                isChosen && "bg-accent-soft font-medium text-accent",
              )}
            >
              {label}
            </button>
          );
        })}
      </div>
      <TypedRange
        key={`${range.fromMs} ${String(range.isRelative)}`}
        range={range}
        choose={choose}
      />
    </Popover>
  );
}

/** What stands beside the range in a wide top bar. */
function NarrowSteps({ range }: { range: ReturnType<typeof useTimeRange> }) {
  const store = useLiveStore();
  return (
    <div className="grid grid-cols-3 gap-2 pb-3 md:hidden">
      <Button
        icon={<ChevronLeft />}
        onClick={() => {
          range.setRange(shiftRange(range, -1, store.serverNowMs()));
        }}
      >
        Earlier
      </Button>
      <Button
        icon={<ChevronRight />}
        disabled={range.isRelative}
        onClick={() => {
          range.setRange(shiftRange(range, 1, store.serverNowMs()));
        }}
      >
        Later
      </Button>
      <Button
        icon={<ZoomOut />}
        disabled={range.spanMs >= longestSpanMs}
        onClick={() => {
          range.setRange(zoomOut(range, store.serverNowMs()));
        }}
      >
        Wider
      </Button>
    </div>
  );
}

interface TypedRangeProps {
  range: { fromMs: number; toMs: number; isRelative: boolean };
  choose: (choice: RangeChoice) => void;
}

function TypedRange({ range, choose }: TypedRangeProps) {
  const store = useLiveStore();
  const [from, setFrom] = useState(() => formatTypedTime(range.fromMs));
  const [to, setTo] = useState(() => (range.isRelative ? "now" : formatTypedTime(range.toMs)));
  const [problem, setProblem] = useState<string | null>(null);
  const problemId = useId();
  const submit = () => {
    const read = readTypedRange({ from, to }, store.serverNowMs());
    if (typeof read === "string") setProblem(read);
    else choose(read);
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-2 border-t border-line-1 pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label="From" value={from} onChange={setFrom} describedBy={problemId} />
      <Field label="To" value={to} onChange={setTo} describedBy={problemId} />
      <p
        id={problemId}
        role={problem === null ? undefined : "alert"}
        className={cn("type-11", problem === null ? "text-fg-3" : "text-crit")}
      >
        {problem ??
          `Local time, ${formatZone(range.toMs)}. A clock time alone means today; To may be “now”`}
      </p>
      <Button type="submit" variant="primary" className="self-end">
        Show range
      </Button>
    </form>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  describedBy: string;
}

function Field({ label, value, onChange, describedBy }: FieldProps) {
  return (
    <label className="grid grid-cols-[44px_minmax(0,1fr)] items-center type-12 text-fg-2">
      {label}
      <input
        value={value}
        aria-describedby={describedBy}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        className="h-control min-w-0 rounded-6 border border-line-control bg-surface-1 px-2 type-13 text-fg-1"
      />
    </label>
  );
}

/** The range, or the sentence that says what is wrong with what was typed. */
export function readTypedRange(
  typed: { from: string; to: string },
  nowMs: number,
): RangeChoice | string {
  const fromMs = parseTypedTime(typed.from, nowMs);
  const isUntilNow = ["", "now"].includes(typed.to.trim().toLowerCase());
  const toMs = isUntilNow ? nowMs : parseTypedTime(typed.to, nowMs);
  if (fromMs === null) return "From is no time. Write 2026-11-20 14:02, or 14:02 for today";
  if (toMs === null) return "To is no time. Write 2026-11-20 14:32, 14:32 for today, or now";
  if (fromMs >= toMs) return "From must be before To";
  if (toMs - fromMs < shortestSpanMs) return "The range must be 10 seconds or longer";
  if (toMs - fromMs > longestSpanMs) return "The range may be 31 days at most";
  return isUntilNow ? { spanMs: toMs - fromMs } : { fromMs, toMs };
}
