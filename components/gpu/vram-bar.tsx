import { cn } from "@/components/ui/class-names";
import {
  MEMORY_CRITICAL_PERCENT,
  MEMORY_WARNING_PERCENT,
  memorySharePercent,
} from "@/domain/units/format-memory";

interface VramBarProps {
  usedMib: number | null;
  totalMib: number | null;
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
export function VramBar({ usedMib, totalMib, isStale, isSimulated, className }: VramBarProps) {
  const share = memorySharePercent(usedMib, totalMib);
  const colour = isStale === true ? "var(--line-control)" : "var(--series-6)";
  const fill = isSimulated === true && isStale !== true ? hatched : colour;
  return (
    <span
      aria-hidden="true"
      className={cn("relative block h-1.5 rounded-2 bg-surface-3", className)}
    >
      <i
        style={{ width: `${Math.min(100, share ?? 0)}%`, background: fill }}
        className="block h-full rounded-2"
      />
      {share !== null && (
        <>
          <Tick percent={MEMORY_WARNING_PERCENT} className="border-warn-fill" />
          <Tick percent={MEMORY_CRITICAL_PERCENT} className="border-crit-fill" />
        </>
      )}
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
