import type { ChartColour } from "@/components/charts/chart-colours";

interface LegendLineProps {
  colour: ChartColour;
  dash: readonly number[] | undefined;
}

/** The sample of a line with its dashes, so that it reads in grey, too. */
export function LegendLine({ colour, dash }: LegendLineProps) {
  return (
    <svg viewBox="0 0 16 8" aria-hidden="true" className="h-2 w-4 flex-none">
      <path
        d="M0 4h16"
        fill="none"
        stroke={`var(${colour})`}
        strokeWidth="2"
        strokeDasharray={dash?.join(" ")}
      />
    </svg>
  );
}
