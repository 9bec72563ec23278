import type { LedgerFilter } from "@/domain/tokens/usage-history";
import { usageParts } from "@/domain/tokens/usage-history-step";
import type { LedgerContext } from "./ledger-context";
import type { UsageTotals } from "./usage-read-store";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

function totalOf(
  { prompts, warnings, over, truncated, silentCuts }: UsageTotals,
  { outcome, only }: Pick<LedgerFilter, "outcome" | "only">,
): number {
  if (only === "truncated") return truncated;
  if (only === "cut") return silentCuts;
  if (outcome === "warning") return warnings;
  if (outcome === "over") return over;
  return outcome === "ok" ? prompts - warnings - over : prompts;
}

/**
 * How many validations match: whole minutes (hours, where minutes are not kept any more) from the roll-ups, the rest at both ends by
 * counting rows. Null: the roll-ups do not hold this combination.
 */
export async function countLedger(
  { validations, usage, retention, nowMs }: LedgerContext,
  filter: LedgerFilter,
): Promise<number | null> {
  const { fromMs, toMs, requestId, outcome, only, service, model } = filter;
  if (fromMs >= toMs) return 0;
  if (requestId !== undefined) return validations.count(filter);
  if (outcome !== undefined && only !== undefined) return null;
  const minutesSinceMs = retention.keptSinceMs("usageMinutes", nowMs());
  const unit = (atMs: number) => (atMs < minutesSinceMs ? HOUR_MS : MINUTE_MS);
  const startMs = Math.ceil(fromMs / unit(fromMs)) * unit(fromMs);
  const endMs = Math.floor(toMs / unit(toMs)) * unit(toMs);
  if (startMs >= endMs) return validations.count(filter);
  const parts = usageParts({ fromMs: startMs, toMs: endMs }, minutesSinceMs);
  const [before, totals, after] = await Promise.all([
    fromMs < startMs ? validations.count({ ...filter, toMs: startMs }) : 0,
    usage.readTotals({ parts, service, model }),
    endMs < toMs ? validations.count({ ...filter, fromMs: endMs }) : 0,
  ]);
  return before + totalOf(totals, filter) + after;
}
