import type { ReactNode } from "react";
import { cn } from "./class-names";

type StripTone = "neutral" | "warn" | "crit" | "info";

const tones: Record<StripTone, string> = {
  neutral: "bg-surface-2 border-line-1 [&>svg]:text-fg-2",
  warn: "bg-warn-soft border-warn-line [&>svg]:text-warn",
  crit: "bg-crit-soft border-crit-line [&>svg]:text-crit",
  info: "bg-info-soft border-info-line [&>svg]:text-info",
};

interface StripProps {
  tone?: StripTone;
  icon: ReactNode;
  /** Right end: a count-down, a button. */
  end?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** One line above what it is about: simulated, partial, not protected. Give it `rounded-t-8` at the top of a panel. */
export function Strip({ tone = "neutral", icon, end, className, children }: StripProps) {
  return (
    <div
      className={cn(
        "flex items-center gap-2 border-b px-3 py-1.75 type-12 text-fg-1",
        tones[tone],
        className,
      )}
    >
      {icon}
      <p className="min-w-0 [&_b]:font-semibold">{children}</p>
      {end !== undefined && <div className="ml-auto flex-none text-fg-2">{end}</div>}
    </div>
  );
}
