"use client";
import { ChevronRight, Menu, Search } from "lucide-react";
import { usePathname } from "next/navigation";
import { Suspense } from "react";
import { Kbd } from "@/components/ui/kbd";
import { Skeleton } from "@/components/ui/skeleton";
import { AccountMenu } from "./account-menu";
import { DisplayMenu } from "./display-menu";
import { LiveButton } from "./live-button";
import { useOverlays } from "./overlay-context";
import { useShownTitle } from "./page-title";
import { titleOf } from "./pages";
import { RangeControl } from "./range-control";
import { RangeLink } from "./range-link";
import { usePrintedKeys } from "./shortcuts";

/** Where one is, and how to get elsewhere in pages and in time. */
export function TopBar() {
  const { show } = useOverlays();
  return (
    <header className="flex h-(--topbar) min-w-0 items-center gap-4 border-b border-line-1 px-4 max-md:gap-3 max-md:px-3">
      <button
        type="button"
        aria-label="Menu"
        className="-mx-3 grid size-11 flex-none place-content-center md:hidden"
        onClick={() => {
          show("menu");
        }}
      >
        <Menu className="size-4.5" />
      </button>
      <Crumbs />
      <div className="ml-auto flex flex-none items-center gap-2 max-md:gap-1.5">
        <SearchButton />
        <Suspense fallback={<Skeleton className="h-control w-62 max-md:w-22" />}>
          <RangeControl />
        </Suspense>
        <Suspense fallback={<Skeleton className="h-control w-26 max-md:w-9" />}>
          <LiveButton />
        </Suspense>
        <DisplayMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

function Crumbs() {
  const pathname = usePathname();
  const shown = useShownTitle();
  const crumbs = shown?.crumbs ?? [];
  return (
    <div className="flex min-w-0 items-center gap-1.5 whitespace-nowrap">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumb" className="max-md:hidden">
          <ol className="flex items-center gap-1.5">
            {crumbs.map((crumb) => (
              <li key={crumb.href} className="flex items-center gap-1.5 text-fg-3">
                <RangeLink href={crumb.href} className="hover:text-fg-1">
                  {crumb.label}
                </RangeLink>
                <ChevronRight className="size-3" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <h1 className="truncate type-14 font-semibold tracking-[-0.005em]">
        {shown?.title ?? titleOf(pathname)}
      </h1>
    </div>
  );
}

function SearchButton() {
  const { show } = useOverlays();
  const keys = usePrintedKeys("Mod+k");
  return (
    <button
      type="button"
      onClick={() => {
        show("palette");
      }}
      className="flex h-control w-52 items-center gap-2 rounded-6 border border-line-2 bg-surface-1 pr-1.5 pl-2 text-fg-3 hover:border-line-control max-lg:w-auto max-md:w-9 max-md:justify-center max-md:px-0"
    >
      <Search />
      <span className="max-lg:sr-only">Search or jump to</span>
      <Kbd className="ml-auto max-md:hidden">{keys}</Kbd>
    </button>
  );
}
