"use client";
import { cn } from "@/components/ui/class-names";
import { formatGib, memorySharePercent } from "@/domain/units/format-memory";
import { usePressureView } from "./pressure-context";
import type { VramPart } from "./vram-parts";

interface VramBarProps {
  usedMib: number | null;
  totalMib: number | null;
  /** Who holds it, in a bar that is high enough for names; none = one fill. */
  parts?: readonly VramPart[];
  /** Last known values: grey. */
  isStale?: boolean;
  /** Invented values: grey and hatched. */
  isSimulated?: boolean;
  /** Height and width. */
  className?: string;
}

const hatched =
  "repeating-linear-gradient(90deg, var(--series-0) 0 4px, color-mix(in srgb, var(--series-0) 35%, transparent) 4px 7px)";

/** Share of the memory that is used, with ticks at the two thresholds. The figures stand beside it. */
export function VramBar(props: VramBarProps) {
  const { usedMib, totalMib, parts = [], isStale, isSimulated, className } = props;
  const { thresholds } = usePressureView();
  const share = memorySharePercent(usedMib, totalMib);
  const colour = isStale === true ? "var(--line-control)" : "var(--series-6)";
  const fill = isSimulated === true && isStale !== true ? hatched : colour;
  return (
    <span
      aria-hidden="true"
      className={cn("relative block h-1.5 rounded-2 bg-surface-3", className)}
    >
      {parts.length > 0 && totalMib !== null ? (
        <Parts parts={parts} totalMib={totalMib} />
      ) : (
        <i
          style={{ width: `${Math.min(100, share ?? 0)}%`, background: fill }}
          className="block h-full rounded-2"
        />
      )}
      {share !== null && (
        <>
          <Tick percent={thresholds.warningPercent} className="border-warn-fill" />
          <Tick percent={thresholds.criticalPercent} className="border-crit-fill" />
        </>
      )}
    </span>
  );
}

const LABEL_FROM_PERCENT = 12;

/** Parts of one thing are mixes of its colour with the surface, in turn. */
function Parts({ parts, totalMib }: { parts: readonly VramPart[]; totalMib: number }) {
  return (
    <span className="flex h-full overflow-hidden rounded-4">
      {parts.map((part, place) => {
        const percent = (part.memoryMib / totalMib) * 100;
        const mix = place % 2 === 0 ? 75 : 45;
        const text = `${part.label} ${formatGib(part.memoryMib)}`;
        return (
          <i
            key={part.key}
            title={`${text} GiB`}
            style={{
              width: `${percent}%`,
              background: part.isOther
                ? "var(--series-0)"
                : `color-mix(in srgb, var(--series-6) ${mix}%, var(--surface-1))`,
            }}
            className="flex min-w-0 items-center border-r border-surface-1 px-2 not-italic last:border-0"
          >
            {percent >= LABEL_FROM_PERCENT && !part.isOther && (
              <b className="truncate type-11 font-medium text-fg-1">{text}</b>
            )}
          </i>
        );
      })}
    </span>
  );
}

function Tick({ percent, className }: { percent: number; className: string }) {
  return (
    <i
      style={{ left: `${percent}%` }}
      className={cn("absolute -inset-y-0.5 w-0 border-l border-dashed", className)}
    />
  );
}
