import type { ReactNode } from "react";

interface AdminColumnsProps {
  /** Name of the right column. */
  label: string;
  aside: ReactNode;
  children: ReactNode;
}

/** Lists at the left, what is made at the right; below each other up to 1240 px. */
export function AdminColumns({ label, aside, children }: AdminColumnsProps) {
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_336px] gap-3 max-lg:flex-none max-lg:grid-cols-1">
      <div className="flex min-h-0 min-w-0 flex-col gap-3">{children}</div>
      <aside
        aria-label={label}
        className="flex min-h-0 min-w-0 flex-col gap-3 overflow-y-auto max-lg:overflow-visible"
      >
        {aside}
      </aside>
    </div>
  );
}
