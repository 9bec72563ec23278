import { type LedgerFilter, parseLedgerFilter } from "@/components/ledger/ledger-filter";

interface LedgerSearch {
  filter: LedgerFilter;
  /** Id of the validation that is shown in detail. */
  rowId: string | null;
}

/** What the address of the ledger says; what it cannot mean counts as absent. */
export function parseLedgerSearch(params: Pick<URLSearchParams, "get">): LedgerSearch {
  const row = params.get("row");
  return {
    filter: parseLedgerFilter(params),
    rowId: row !== null && /^\d{1,18}$/.test(row) ? row : null,
  };
}
