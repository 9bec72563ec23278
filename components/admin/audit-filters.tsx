"use client";
import { ListFilter } from "lucide-react";
import { changeAddress } from "@/components/layout/url-state";
import type { AuditPage } from "@/domain/audit/audit-entry";
import { type AuditFilter, auditAddress } from "./audit-filter";
import { ChoiceMenu } from "./choice-menu";

const ALL = "";

interface AuditFiltersProps {
  filter: AuditFilter;
  /** Undefined while it is asked for; then only what is chosen can be offered. */
  page: AuditPage | undefined;
}

/** Who, what and when: each a button that names what is chosen. */
export function AuditFilters({ filter, page }: AuditFiltersProps) {
  const change = (next: Partial<AuditFilter>) => {
    changeAddress(auditAddress(next), "replace");
  };
  return (
    <>
      <ChoiceMenu
        label="Who"
        icon={<ListFilter />}
        value={filter.who ?? ALL}
        options={[{ value: ALL, label: "Everybody" }, ...optionsOf(page?.actorNames, filter.who)]}
        onChange={(who) => {
          change({ who: who === ALL ? null : who });
        }}
      />
      <ChoiceMenu
        label="What"
        icon={<ListFilter />}
        value={filter.what ?? ALL}
        options={[
          { value: ALL, label: "Everything" },
          ...optionsOf(withThings(page?.actions), filter.what),
        ]}
        onChange={(what) => {
          change({ what: what === ALL ? null : what });
        }}
      />
      <ChoiceMenu
        label="When"
        icon={<ListFilter />}
        value={filter.isInRange ? "range" : ALL}
        options={[
          { value: ALL, label: "All time" },
          { value: "range", label: "Time range of the page" },
        ]}
        onChange={(when) => {
          change({ isInRange: when === "range" });
        }}
      />
    </>
  );
}

/** Before the actions of a thing with several the thing itself: `user` finds `user.create` and the rest. */
function withThings(actions: readonly string[] = []): string[] {
  const things = actions.map((action) => action.split(".", 1)[0] ?? action);
  return actions.flatMap((action, place) => {
    const thing = things[place] ?? action;
    const isFirst = things.indexOf(thing) === place;
    return isFirst && things.lastIndexOf(thing) !== place ? [thing, action] : [action];
  });
}

function optionsOf(names: readonly string[] = [], chosen: string | null) {
  const all = chosen === null || names.includes(chosen) ? names : [chosen, ...names];
  return all.map((name) => ({ value: name, label: name }));
}
