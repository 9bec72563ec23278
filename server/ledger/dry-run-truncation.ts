import { setImmediate } from "node:timers/promises";
import { dryRunOf } from "@/domain/tokens/dry-run";
import type { DryRun, DryRunQuery } from "@/domain/tokens/usage-history";
import { fromDatabase } from "./from-database";
import { keptRange } from "./kept-range";
import type { LedgerContext } from "./ledger-context";
import type { StoredOverPrompt } from "./validation-read-store";

const MAX_PROMPTS = 1_000;
/** A prompt may have 200 sections: others have their turn between two parts. */
const PROMPTS_A_PART = 100;

/** What truncation would do to the newest prompts of the range that were over and were not truncated. Throws UNAVAILABLE. */
export async function dryRunTruncation(ctx: LedgerContext, query: DryRunQuery): Promise<DryRun> {
  const filter = keptRange(ctx, query);
  const prompts: StoredOverPrompt[] = [];
  let behind: Awaited<ReturnType<typeof ctx.validations.readOver>>["last"] | undefined;
  while (prompts.length < MAX_PROMPTS && behind !== null) {
    const page = { limit: PROMPTS_A_PART, behind };
    const part = await fromDatabase(() => ctx.validations.readOver(filter, page));
    prompts.push(...part.prompts);
    behind = part.prompts.length < PROMPTS_A_PART ? null : part.last;
    await setImmediate();
  }
  return dryRunOf(prompts);
}
