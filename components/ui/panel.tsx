import { type ReactNode, useId } from "react";
import { cn } from "./class-names";

interface PanelProps {
  /** A noun. Without one give `label`, so that the region has a name. */
  title?: ReactNode;
  label?: string | undefined;
  /** What it is, beside the title. */
  subtitle?: ReactNode;
  /** Right end of the head. */
  actions?: ReactNode;
  /** A hairline below the head, for lists and tables. */
  divided?: boolean;
  /** Outline dashed: what is inside are the last known values. */
  stale?: boolean;
  className?: string | undefined;
  children?: ReactNode;
}

/** A surface with a head of 36 px. The title is an h2: the h1 stands in the top bar. */
export function Panel({
  title,
  label,
  subtitle,
  actions,
  divided = false,
  stale = false,
  className,
  children,
}: PanelProps) {
  const titleId = useId();
  const hasHead = title !== undefined || actions !== undefined;
  return (
    <section
      aria-label={title === undefined ? label : undefined}
      aria-labelledby={title === undefined ? undefined : titleId}
      className={cn(
        "flex min-h-0 min-w-0 flex-col rounded-8 border border-line-1 bg-surface-1",
        stale && "border-dashed border-line-control",
        className,
      )}
    >
      {hasHead && (
        <div
          className={cn(
            "flex min-h-9 min-w-0 flex-none flex-wrap items-center gap-x-2 pr-2 pl-3 max-md:py-1",
            divided && "border-b border-line-1",
          )}
        >
          {title !== undefined && (
            <h2 id={titleId} className="type-13 font-semibold whitespace-nowrap">
              {title}
            </h2>
          )}
          {subtitle !== undefined && (
            <span className="min-w-0 truncate type-12 text-fg-3">{subtitle}</span>
          )}
          {actions !== undefined && (
            <div className="ml-auto flex flex-none items-center gap-1.5">{actions}</div>
          )}
        </div>
      )}
      {children}
    </section>
  );
}
