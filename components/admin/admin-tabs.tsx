"use client";
import { type KeyboardEvent, useRef } from "react";
import { cn } from "@/components/ui/class-names";

export interface AdminTabFacts<Tab extends string> {
  tab: Tab;
  label: string;
  /** How many there are; null while that is not known, undefined where nothing is counted. */
  count?: number | null | undefined;
}

interface AdminTabsProps<Tab extends string> {
  tabs: readonly AdminTabFacts<Tab>[];
  chosen: Tab;
  onChoose: (tab: Tab) => void;
  formatCount: (count: number) => string;
  /** Id of the panel that they change. */
  panelId: string;
}

const steps: Partial<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Tabs with counts. Arrow keys, Home and End choose; the chosen one alone is in the tab order. */
export function AdminTabs<Tab extends string>(props: AdminTabsProps<Tab>) {
  const { tabs, chosen, onChoose, formatCount, panelId } = props;
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const here = tabs.findIndex(({ tab }) => tab === chosen);
    const ends: Partial<Record<string, number>> = { Home: 0, End: tabs.length - 1 };
    const step = steps[event.key];
    const next =
      ends[event.key] ??
      (step === undefined ? undefined : (here + step + tabs.length) % tabs.length);
    const facts = next === undefined ? undefined : tabs[next];
    if (next === undefined || facts === undefined) return;
    event.preventDefault();
    onChoose(facts.tab);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="Admin"
      onKeyDown={onKeyDown}
      className="-mb-px flex min-w-0 [scrollbar-width:none] gap-0.5 self-stretch overflow-x-auto"
    >
      {tabs.map(({ tab, label, count }) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`${panelId}-${tab}`}
          aria-selected={tab === chosen}
          aria-controls={panelId}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => {
            onChoose(tab);
          }}
          className={cn(
            "flex h-9 flex-none items-center gap-1.25 border-b-2 border-transparent px-2 type-13 font-medium whitespace-nowrap text-fg-2 -outline-offset-2 hover:text-fg-1 max-md:h-11",
            "aria-selected:border-accent aria-selected:text-fg-1",
          )}
        >
          {label}{" "}
          {count !== undefined && count !== null && (
            <span className="font-normal text-fg-3">{formatCount(count)}</span>
          )}
        </button>
      ))}
    </div>
  );
}
