"use client";
import { usePathname } from "next/navigation";
import { isCurrent } from "./pages";
import { RangeLink } from "./range-link";
import { usePages } from "./use-pages";

const MOST_ENTRIES = 5;

/** What is looked at on the way; the rest is in the menu. */
const groups: readonly unknown[] = [null, "Observe"];

/** The bar at the bottom of narrow screens, up to 900 px. */
export function BottomBar() {
  const pathname = usePathname();
  const pages = usePages().filter(({ group }) => groups.includes(group));
  return (
    <nav
      aria-label="Main, short"
      className="grid auto-cols-fr grid-flow-col border-t border-line-1 bg-surface-0 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {pages.slice(0, MOST_ENTRIES).map((page) => (
        <RangeLink
          key={page.href}
          href={page.href}
          aria-current={isCurrent(page, pathname) ? "page" : undefined}
          className="relative grid h-(--bottombar) content-center justify-items-center gap-0.75 type-11 text-fg-2 before:absolute before:inset-x-[22%] before:-top-px before:border-t-2 before:border-transparent aria-[current=page]:font-semibold aria-[current=page]:text-fg-1 aria-[current=page]:before:border-accent"
        >
          <page.icon className="size-4.5" />
          {page.label}
        </RangeLink>
      ))}
    </nav>
  );
}
