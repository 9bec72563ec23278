import { parsePointsView, type PointsView } from "@/components/charts/points-view";
import type { DataSort } from "@/components/layout/sort-data-rows";

interface BudgetsSearch {
  /** Whose day is drawn; null: the fullest. */
  budget: string | null;
  view: PointsView;
  sort: DataSort;
}

const sortable = ["name", "scope", "used", "mark50", "mark80", "mark100", "full"];
const byName: DataSort = { by: "name", isDescending: false };
const MAX_LENGTH = 64;

/** What the address of the page says; what it cannot mean counts as absent. */
export function parseBudgetsSearch(params: Pick<URLSearchParams, "get">): BudgetsSearch {
  const budget = params.get("budget");
  return {
    budget: budget === null || budget.length > MAX_LENGTH ? null : budget,
    view: parsePointsView(params),
    sort: sortOf(params.get("sort")),
  };
}

function sortOf(text: string | null): DataSort {
  const [, minus, by = ""] = /^(-?)(\w+)$/.exec(text ?? "") ?? [];
  return sortable.includes(by) ? { by, isDescending: minus === "-" } : byName;
}

/** The change of the address that sorts so; null is the default. */
export function sortChange({ by, isDescending }: DataSort): { sort: string | null } {
  const text = `${isDescending ? "-" : ""}${by}`;
  return { sort: text === byName.by ? null : text };
}
