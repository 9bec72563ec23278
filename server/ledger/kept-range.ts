import type { LedgerContext } from "./ledger-context";

/** A filter without what is past the retention: a row that is only not deleted yet is gone for whoever asks. */
export function keptRange<Filter extends { fromMs: number }>(
  { retention, nowMs }: Pick<LedgerContext, "retention" | "nowMs">,
  filter: Filter,
): Filter {
  return {
    ...filter,
    fromMs: Math.max(filter.fromMs, retention.keptSinceMs("validations", nowMs())),
  };
}
