import type { ReactNode } from "react";

/** A square of a colour, and what it stands for. */
export function LegendSwatch({ colour, children }: { colour: string; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <i style={{ background: `var(${colour})` }} className="size-2.25 flex-none rounded-2" />
      <span>{children}</span>
    </span>
  );
}
