import { cn } from "./class-names";

/** A key or a chord, as printed on the keyboard: `⌘K`, `Space`. */
export function Kbd({ children, className }: { children: string; className?: string }) {
  return (
    <kbd
      className={cn(
        "min-w-4.5 rounded-4 border border-line-2 bg-surface-1 px-1 text-center font-sans type-11 text-fg-3",
        className,
      )}
    >
      {children}
    </kbd>
  );
}
