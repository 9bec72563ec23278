import type { RemovalHistory, UsageHistoryQuery } from "@/domain/tokens/usage-history";
import { fromDatabase } from "./from-database";
import type { LedgerContext } from "./ledger-context";
import { steppedSelection } from "./read-usage-history";

const MAX_SECTIONS = 50;

/** Sections that were removed over time, those that went most often first. Throws UNAVAILABLE. */
export async function readRemovals(
  ctx: LedgerContext,
  query: UsageHistoryQuery,
): Promise<RemovalHistory> {
  const { stepMs, selection } = steppedSelection(ctx, query);
  const sums = await fromDatabase(() =>
    ctx.usage.readRemovals(selection, { stepMs, limit: MAX_SECTIONS }),
  );
  const sections = new Map<string, RemovalHistory["sections"][number]>();
  for (const { section: name, atMs, prompts, savedTokens } of sums) {
    const section = sections.get(name) ?? { name, points: [] };
    sections.set(name, section);
    section.points.push({ atMs, prompts, savedTokens });
  }
  return { stepMs, sections: [...sections.values()] };
}
