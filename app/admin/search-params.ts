import type { AuditFilter } from "@/components/admin/audit-filter";
import type { ListSearch } from "@/components/admin/list-panel";

export const adminTabs = ["users", "keys", "sessions", "audit", "settings"] as const;
export type AdminTab = (typeof adminTabs)[number];

interface AdminSearch {
  tab: AdminTab;
  list: ListSearch;
  audit: AuditFilter;
  /** Of the settings only those that were set. */
  isOnlySet: boolean;
}

const MAX_FILTER_LENGTH = 100;
const MAX_NAME_LENGTH = 254;
const MAX_ACTION_LENGTH = 80;

/** What the address of the admin pages says; what it cannot mean counts as absent. */
export function parseAdminSearch(params: Pick<URLSearchParams, "get">): AdminSearch {
  const sort = params.get("sort");
  return {
    tab: adminTabs.find((tab) => tab === params.get("tab")) ?? "users",
    list: {
      filter: (params.get("q") ?? "").slice(0, MAX_FILTER_LENGTH),
      sort:
        sort === null ? null : { by: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") },
    },
    audit: {
      who: nameOf(params.get("who"), MAX_NAME_LENGTH),
      what: nameOf(params.get("what"), MAX_ACTION_LENGTH),
      isInRange: params.get("when") === "range",
      before: sequenceOf(params.get("before")),
      row: sequenceOf(params.get("row")),
    },
    isOnlySet: params.get("only") === "set",
  };
}

/** The change of the address that goes to a tab: what narrows the list of another tab stays behind. */
export function tabChange(tab: AdminTab): Record<string, string | null> {
  const narrowing = { q: null, sort: null, only: null, before: null, row: null };
  return { ...narrowing, who: null, what: null, when: null, tab: tab === "users" ? null : tab };
}

function nameOf(text: string | null, maxLength: number): string | null {
  return text === null || text === "" || text.length > maxLength || /\p{Cc}/u.test(text)
    ? null
    : text;
}

function sequenceOf(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
