import type { AuditPage, AuditQuery } from "@/domain/audit/audit-entry";
import type { AuditContext } from "./audit-context";
import { auditEntryOf } from "./audit-read-store";
import { fromDatabase } from "./from-database";

/** One page, newest first, and the names to filter by. Throws UNAVAILABLE. */
export async function listAudit(
  { store }: Pick<AuditContext, "store">,
  { beforeSequence, limit, ...filter }: AuditQuery,
): Promise<AuditPage> {
  const below = beforeSequence === undefined ? undefined : BigInt(beforeSequence);
  const [rows, total, names] = await fromDatabase(() =>
    Promise.all([
      store.readRows(filter, { below, limit: limit + 1, order: "desc" }),
      store.count(filter),
      store.listNames(),
    ]),
  );
  const entries = rows.slice(0, limit).map(auditEntryOf);
  const hasMore = rows.length > limit;
  return {
    entries,
    total,
    nextBeforeSequence: hasMore ? (entries.at(-1)?.sequence ?? null) : null,
    ...names,
  };
}
