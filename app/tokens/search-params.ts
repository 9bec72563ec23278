import type { DataSort } from "@/components/layout/sort-data-rows";
import { parseUsageFilter, type UsageFilter } from "@/components/tokens/usage-filter";

interface TokensSearch {
  filter: UsageFilter;
  sort: DataSort;
}

/** Where something is wrong stands first. */
const FIRST_SORT: DataSort = { by: "used", isDescending: true };

/** What the address of the overview of tokens says; what it cannot mean counts as absent. */
export function parseTokensSearch(params: Pick<URLSearchParams, "get">): TokensSearch {
  const sort = params.get("sort");
  return {
    filter: parseUsageFilter(params),
    sort:
      sort === null || !/^-?[a-zA-Z0-9]{1,20}$/.test(sort)
        ? FIRST_SORT
        : { by: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") },
  };
}

/** The sorting as the address holds it: `prompts`, `-prompts`. */
export function sortText({ by, isDescending }: DataSort): string {
  return `${isDescending ? "-" : ""}${by}`;
}
