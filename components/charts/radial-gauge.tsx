import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";

interface RadialGaugeProps {
  /** "Utilisation" */
  label: string;
  /** 0 to 100; null = unknown. */
  percent: number | null;
  colour: string;
  isDashed?: boolean;
  /** The figure inside. */
  children: ReactNode;
}

const RADIUS = 17;
const AROUND = 2 * Math.PI * RADIUS;
// Three quarters of a circle, open at the bottom.
const ARC = AROUND * 0.75;

/** A ring of 270° that fills with the share; unknown is an empty ring, not a zero. */
export function RadialGauge({ label, percent, colour, isDashed, children }: RadialGaugeProps) {
  const share = percent === null ? 0 : Math.min(100, Math.max(0, percent)) / 100;
  const ring = {
    cx: 22,
    cy: 22,
    r: RADIUS,
    fill: "none",
    strokeWidth: 5,
    transform: "rotate(135 22 22)",
  };
  const named =
    percent === null
      ? { role: "img", "aria-label": `${label} unknown` }
      : {
          role: "meter",
          "aria-label": label,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": percent,
          "aria-valuetext": `${percent} %`,
        };
  return (
    <span {...named} className="relative block h-11 w-11.5">
      <svg viewBox="0 0 44 44" aria-hidden="true" className="block size-11.5">
        <circle
          {...ring}
          stroke="var(--surface-3)"
          strokeDasharray={`${ARC} ${AROUND}`}
          strokeLinecap="round"
        />
        {share > 0 && (
          <circle
            {...ring}
            stroke={`var(${colour})`}
            strokeDasharray={
              isDashed === true ? dashedArc(ARC * share) : `${ARC * share} ${AROUND}`
            }
            strokeLinecap={isDashed === true ? "butt" : "round"}
          />
        )}
      </svg>
      <strong
        className={cn(
          "absolute inset-0 grid auto-cols-auto grid-flow-col place-content-center items-center font-semibold",
          percent !== null && percent >= 99.5 ? "type-11" : "type-13", // three digits fit the ring
        )}
      >
        {children}
      </strong>
    </span>
  );
}

/** Dashes of 4 with pauses of 2 up to a length, then nothing. */
function dashedArc(length: number): string {
  const parts: number[] = [];
  for (let drawn = 0; drawn < length; drawn += 6) parts.push(Math.min(4, length - drawn), 2);
  return `${parts.slice(0, -1).join(" ")} ${AROUND}`;
}
