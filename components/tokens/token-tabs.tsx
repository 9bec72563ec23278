"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, Suspense, useEffect, useRef } from "react";
import { RangeLink } from "@/components/layout/range-link";
import { cn } from "@/components/ui/class-names";
import { formatFull } from "@/domain/units/format-number";
import { useTokenCounts } from "./use-token-counts";

interface TokenTab {
  href: string;
  label: string;
  count?: number | null;
}

const SIGHT_PX = 48;

/** The pages about tokens as a row of links, and at its right end what the page of the moment can do. */
export function TokenTabs({ children }: { children?: ReactNode }) {
  const counts = useTokenCounts();
  const tabs: readonly TokenTab[] = [
    { href: "/tokens", label: "Overview" },
    { href: "/tokens/playground", label: "Playground" },
    { href: "/tokens/models", label: "Models", count: counts.models },
    { href: "/tokens/budgets", label: "Budgets", count: counts.budgets },
    { href: "/tokens/ledger", label: "Ledger", count: counts.ledger },
  ];
  const areCounted = tabs.every(({ count }) => count !== null);
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = row.current?.querySelector<HTMLElement>("[aria-current]")?.parentElement;
    // With its count, which comes later. On a phone the row is wider than the page: the tab that one is on is in sight.
    if (row.current && current) row.current.scrollLeft = current.offsetLeft - SIGHT_PX;
  }, [areCounted]);
  return (
    <div className="-mt-1 flex flex-none flex-wrap items-center gap-x-3 border-b border-line-1 md:gap-y-1.5">
      <nav
        ref={row}
        aria-label="Tokens"
        className="relative -mb-px min-w-0 [scrollbar-width:none] self-stretch overflow-x-auto max-md:w-full"
      >
        <ul className="flex gap-0.5">
          {tabs.map((tab) => (
            <li key={tab.href}>
              <Suspense fallback={<TabLink tab={tab} href={tab.href} />}>
                <FilteredTabLink tab={tab} />
              </Suspense>
            </li>
          ))}
        </ul>
      </nav>
      {children !== undefined && (
        <div className="ml-auto flex min-w-0 flex-wrap items-center gap-2 pb-1.5 max-md:ml-0 max-md:w-full max-md:py-1.5">
          {children}
        </div>
      )}
    </div>
  );
}

const filtered = ["/tokens", "/tokens/ledger"];

/** Overview and ledger show the same filter. */
function FilteredTabLink({ tab }: { tab: TokenTab }) {
  const params = useSearchParams();
  const kept = new URLSearchParams();
  for (const name of filtered.includes(tab.href) ? ["service", "model"] : []) {
    const value = params.get(name);
    if (value !== null) kept.set(name, value);
  }
  return <TabLink tab={tab} href={kept.size === 0 ? tab.href : `${tab.href}?${kept}`} />;
}

function TabLink({ tab: { href: own, label, count }, href }: { tab: TokenTab; href: string }) {
  const pathname = usePathname();
  return (
    <RangeLink
      href={href}
      aria-current={pathname === own ? "page" : undefined}
      className={cn(
        "flex h-9 flex-none items-center gap-1.25 border-b-2 border-transparent px-2 type-13 font-medium whitespace-nowrap text-fg-2 -outline-offset-2 hover:text-fg-1 max-md:h-11",
        "aria-[current=page]:border-accent aria-[current=page]:text-fg-1",
      )}
    >
      {label}{" "}
      {count !== undefined && count !== null && (
        <span className="font-normal text-fg-3">{formatFull(count)}</span>
      )}
    </RangeLink>
  );
}
