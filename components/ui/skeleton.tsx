import { cn } from "./class-names";

/** A grey block in the place of a text or a figure. Set its width. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return (
    <div aria-hidden="true" className={cn("h-2.5 w-full rounded-4 bg-surface-3", className)} />
  );
}

// Classes, not style attributes: a skeleton is in the built HTML, where the content policy allows no inline style.
const barHeights =
  "h-3/5 h-1/3 h-1/2 h-1/3 h-2/3 h-1/2 h-2/5 h-3/5 h-1/3 h-2/5 h-3/4 h-1/2 h-2/3 h-2/5 h-1/2 h-3/5 h-1/2 h-2/3".split(
    " ",
  );

/** The shape of a plot. Heights say nothing: they are always the same. */
export function SkeletonPlot({ className }: { className?: string | undefined }) {
  return (
    <div
      aria-hidden="true"
      className={cn("flex h-16 items-end gap-0.75 border-b border-chart-grid", className)}
    >
      {barHeights.map((height, index) => (
        <div key={index} className={cn("flex-1 rounded-t-2 bg-surface-2", height)} />
      ))}
    </div>
  );
}
