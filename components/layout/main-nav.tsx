"use client";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/class-names";
import { BrandMark } from "@/components/ui/icons";
import { Tooltip } from "@/components/ui/tooltip";
import { FleetFacts } from "./fleet-facts";
import { isCurrent, type Page } from "./pages";
import { RangeLink } from "./range-link";
import { usePages } from "./use-pages";

const groups = ["Observe", "Operate"] as const;

/** Navigation at the left: 200 px, from 901 to 1240 px a rail of icons. */
export function MainNav() {
  const pages = usePages();
  return (
    <nav aria-label="Main" className="flex flex-col border-r border-line-1 px-2 pb-3 max-md:hidden">
      <RangeLink
        href="/"
        className="flex h-(--topbar) flex-none items-center gap-2 px-2 type-14 font-semibold tracking-[-0.01em]"
      >
        <BrandMark />
        <span className="max-lg:sr-only">Sightline</span>
      </RangeLink>
      <PageLinks pages={pages.filter((page) => page.group === null)} />
      {groups.map((group) => (
        <PageGroup key={group} name={group} pages={pages.filter((page) => page.group === group)} />
      ))}
      <div className="mt-auto border-t border-line-1 px-2 pt-2.5 max-lg:hidden">
        <FleetFacts />
      </div>
    </nav>
  );
}

function PageGroup({ name, pages }: { name: string; pages: readonly Page[] }) {
  if (pages.length === 0) return null;
  return (
    <div className="max-lg:border-t max-lg:border-line-1 max-lg:pt-2">
      <h2 className="px-2 py-1 type-11 font-medium text-fg-3 max-lg:sr-only">{name}</h2>
      <PageLinks pages={pages} />
    </div>
  );
}

function PageLinks({ pages: linked }: { pages: readonly Page[] }) {
  const pathname = usePathname();
  return (
    <ul className="flex flex-col gap-px pb-3 max-lg:pb-2">
      {linked.map((page) => (
        <li key={page.href}>
          <Tooltip text={page.label} className="lg:hidden">
            <RangeLink
              href={page.href}
              aria-current={isCurrent(page, pathname) ? "page" : undefined}
              className={cn(
                "flex h-7 items-center gap-2.25 rounded-6 px-2 font-medium text-fg-2 hover:bg-surface-2 hover:text-fg-1 [&>svg]:text-fg-3",
                "aria-[current=page]:bg-surface-3 aria-[current=page]:text-fg-1 aria-[current=page]:[&>svg]:text-fg-1",
                "max-lg:h-8 max-lg:justify-center max-lg:px-0",
              )}
            >
              <page.icon className="size-4" />
              <span className="max-lg:sr-only">{page.label}</span>
            </RangeLink>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
