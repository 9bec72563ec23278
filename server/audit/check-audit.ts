import type { AuditCheck } from "@/domain/audit/audit-entry";
import type { AuditContext } from "./audit-context";
import { fromDatabase } from "./from-database";

/** Whether every row is what was written, up to the head. Throws UNAVAILABLE. */
export async function checkAudit({
  checkChain,
  nowMs,
}: Pick<AuditContext, "checkChain" | "nowMs">): Promise<AuditCheck> {
  const { rows, headHash, firstProblem } = await fromDatabase(checkChain);
  return { rows, headHash, firstProblem, checkedAtMs: nowMs() };
}
