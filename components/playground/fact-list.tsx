import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names";

/** Facts of a panel of the rail, one a line: the name left, the value right. */
export function FactList({ children }: { children: ReactNode }) {
  return <dl className="px-3 py-0.75 type-12">{children}</dl>;
}

interface FactRowProps {
  name: string;
  tone?: "warn" | "crit" | null;
  children: ReactNode;
}

export function FactRow({ name, tone = null, children }: FactRowProps) {
  return (
    <div className="flex min-h-6 items-center justify-between gap-2.5">
      <dt className="flex-none whitespace-nowrap text-fg-3">{name}</dt>
      <dd
        className={cn(
          "min-w-0 text-right [overflow-wrap:anywhere]",
          tone !== null && "font-medium",
          tone === "warn" && "text-warn",
          tone === "crit" && "text-crit",
        )}
      >
        {children}
      </dd>
    </div>
  );
}
