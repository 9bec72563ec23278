import type { UsageHistory, UsageHistoryQuery, UsagePoint } from "@/domain/tokens/usage-history";
import { percentileOfSizes } from "@/domain/tokens/usage-history-percentile";
import { rollUpOfStep, usageStepMs } from "@/domain/tokens/usage-history-step";
import { fromDatabase } from "./from-database";
import type { LedgerContext } from "./ledger-context";
import type { UsageSelection, UsageSum } from "./usage-read-store";
import { usageCountsOf } from "./usage-counts";

const MAX_SERIES = 50;
/** Of all series together. */
const MAX_POINTS = 20_000;

/** The step that a query gets, and what to read for it: whole steps, from the coarsest roll-up that makes them up. */
export function steppedSelection(
  { retention, nowMs }: Pick<LedgerContext, "retention" | "nowMs">,
  { fromMs, toMs, maxPoints, service, model }: UsageHistoryQuery,
): { stepMs: number; selection: UsageSelection } {
  const minutesSinceMs = retention.keptSinceMs("usageMinutes", nowMs());
  const stepMs = usageStepMs({ fromMs, toMs }, { maxPoints, minutesSinceMs });
  const part = {
    stepSeconds: rollUpOfStep(stepMs),
    fromMs: Math.floor(fromMs / stepMs) * stepMs,
    toMs: Math.ceil(toMs / stepMs) * stepMs,
  };
  return { stepMs, selection: { parts: [part], service, model } };
}

function pointOf(sum: UsageSum): UsagePoint {
  const { prompts, sizeCounts, tokensMax } = sum;
  const mean = (total: number) => (prompts === 0 ? null : total / prompts);
  return {
    atMs: sum.atMs,
    prompts,
    meanTokens: mean(sum.tokensSum),
    p5Tokens: percentileOfSizes(sizeCounts, 0.05, tokensMax),
    p95Tokens: percentileOfSizes(sizeCounts, 0.95, tokensMax),
    maxTokens: prompts === 0 ? null : tokensMax,
    meanUtilization: mean(sum.utilizationSum),
    ...usageCountsOf(sum),
  };
}

/** Usage over time, a series for each service and model, those with the most prompts first. Throws UNAVAILABLE. */
export async function readUsageHistory(
  ctx: LedgerContext,
  query: UsageHistoryQuery,
): Promise<UsageHistory> {
  const { stepMs, selection } = steppedSelection(ctx, query);
  const points = (query.toMs - query.fromMs) / stepMs + 1;
  const limit = Math.max(1, Math.min(MAX_SERIES, Math.floor(MAX_POINTS / points)));
  const { pairs, others, sums } = await fromDatabase(async () => {
    const known = await ctx.usage.readPairs(selection, limit);
    return { ...known, sums: await ctx.usage.readSums(selection, { pairs: known.pairs, stepMs }) };
  });
  const series = pairs.map(({ service, model }) => ({
    service,
    model,
    points: sums.filter((sum) => sum.service === service && sum.model === model).map(pointOf),
  }));
  return { stepMs, otherSeries: others, series };
}
