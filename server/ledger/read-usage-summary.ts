import { CountMethodKind } from "@/domain/tokens/count-method";
import type { UsageRow, UsageSummary, UsageSummaryQuery } from "@/domain/tokens/usage-history";
import { percentileOfSizes } from "@/domain/tokens/usage-history-percentile";
import { usageParts } from "@/domain/tokens/usage-history-step";
import { UTILIZATION_BUCKETS } from "@/domain/tokens/utilization-buckets";
import { fromDatabase } from "./from-database";
import type { LedgerContext } from "./ledger-context";
import { methodOf } from "./method-of";
import type { UsageSum } from "./usage-read-store";
import { usageCountsOf } from "./usage-counts";

const MAX_ROWS = 200;
const MAX_SECTIONS = 50;

/** All buckets, those behind the last that holds something too. */
const allBuckets = (counts: readonly number[]): number[] =>
  Array.from({ length: UTILIZATION_BUCKETS }, (_, bucket) => counts[bucket] ?? 0);

function rowOf(ctx: Pick<LedgerContext, "errorOf">, sum: UsageSum): UsageRow {
  const { prompts, newest, model } = sum;
  const ofPrompts = <Value>(value: Value) => (prompts === 0 ? null : value);
  const kind = CountMethodKind.safeParse(newest?.methodKind).data;
  return {
    service: sum.service,
    model,
    prompts,
    meanTokens: ofPrompts(sum.tokensSum / prompts),
    p95Tokens: percentileOfSizes(sum.sizeCounts, 0.95, sum.tokensMax),
    maxTokens: ofPrompts(sum.tokensMax),
    meanUtilization: ofPrompts(sum.utilizationSum / prompts),
    maxUtilization: ofPrompts(sum.utilizationMax),
    contextWindow: newest?.contextWindow ?? null,
    availableTokens: newest?.availableTokens ?? null,
    ...usageCountsOf(sum),
    method:
      newest && kind
        ? methodOf(ctx.errorOf, model, {
            kind,
            name: newest.methodName,
            warning: newest.methodWarning,
          })
        : null,
    utilizationCounts: allBuckets(sum.utilizationCounts),
    cutCounts: allBuckets(sum.cutCounts),
  };
}

/** Each service and model over the whole range, and what was removed of prompts. Throws UNAVAILABLE. */
export async function readUsageSummary(
  ctx: LedgerContext,
  { fromMs, toMs, service, model }: UsageSummaryQuery,
): Promise<UsageSummary> {
  const minutesSinceMs = ctx.retention.keptSinceMs("usageMinutes", ctx.nowMs());
  const selection = { parts: usageParts({ fromMs, toMs }, minutesSinceMs), service, model };
  const [{ pairs, others, sums }, removals] = await fromDatabase(() =>
    Promise.all([
      ctx.usage.readPairs(selection, MAX_ROWS).then(async (known) => ({
        ...known,
        sums: await ctx.usage.readSums(selection, { pairs: known.pairs, stepMs: null }),
      })),
      ctx.usage.readRemovals(selection, { stepMs: null, limit: MAX_SECTIONS }),
    ]),
  );
  const byPair = new Map(sums.map((sum) => [keyOf(sum), sum]));
  return {
    rows: pairs.flatMap((pair) => {
      const sum = byPair.get(keyOf(pair));
      return sum ? [rowOf(ctx, sum)] : [];
    }),
    otherRows: others,
    removedSections: removals.map(({ section, prompts, savedTokens }) => ({
      name: section,
      prompts,
      savedTokens,
    })),
  };
}

const keyOf = ({ service, model }: { service: string; model: string }) =>
  `${service}\u0000${model}`;
