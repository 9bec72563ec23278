import { AuditCheck, AuditPage, AuditQuery } from "@/domain/audit/audit-entry";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { checkAudit } from "./check-audit";
import { listAudit } from "./list-audit";

export const auditRouter = createTRPCRouter({
  list: adminProcedure
    .input(AuditQuery)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx.audit, input)),
  check: adminProcedure.output(AuditCheck).query(({ ctx }) => checkAudit(ctx.audit)),
});
