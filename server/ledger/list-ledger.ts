import type { LedgerEntry, LedgerPage, LedgerQuery } from "@/domain/tokens/usage-history";
import { countLedger } from "./count-ledger";
import { fromDatabase } from "./from-database";
import { keptRange } from "./kept-range";
import type { LedgerContext } from "./ledger-context";
import { cursorOf, placeOf } from "./ledger-cursor";
import { methodOf } from "./method-of";
import type { StoredValidation } from "./validation-read-store";

export function ledgerEntryOf(
  { errorOf }: Pick<LedgerContext, "errorOf">,
  { id, method, ...row }: StoredValidation,
): LedgerEntry {
  return { ...row, id: id.toString(), method: methodOf(errorOf, row.model, method) };
}

/** One page, newest first. Validations that come meanwhile move nothing: a page begins behind the last entry of the one before. Throws UNAVAILABLE, INVALID. */
export async function listLedger(
  ctx: LedgerContext,
  { limit, cursor, ...query }: LedgerQuery,
): Promise<LedgerPage> {
  const filter = keptRange(ctx, query);
  const behind = cursor === undefined ? undefined : placeOf(cursor);
  const [rows, total] = await fromDatabase(() =>
    Promise.all([
      ctx.validations.readPage(filter, { limit: limit + 1, behind }),
      countLedger(ctx, filter),
    ]),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    entries: page.map((row) => ledgerEntryOf(ctx, row)),
    nextCursor: last && rows.length > limit ? cursorOf(last) : null,
    total,
  };
}
