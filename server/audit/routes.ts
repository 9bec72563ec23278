import { AuditExportRequest } from "@/domain/audit/audit-entry";
import type { Route, RouteAnswer } from "@/server/http/route";
import type { AuditContext } from "./audit-context";
import { exportAudit } from "./export-audit";

async function exportAnswer(
  ctx: AuditContext,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<RouteAnswer> {
  const of = (name: string) => query.get(name) ?? undefined;
  const request = AuditExportRequest.parse({
    format: of("format"),
    actorName: of("actorName"),
    action: of("action"),
    fromMs: of("fromMs"),
    toMs: of("toMs"),
  });
  const { contentType, totalRows, parts } = await exportAudit(ctx, request, signal);
  const day = new Date(ctx.nowMs()).toISOString().slice(0, 10);
  return {
    status: 200,
    contentType,
    headers: {
      "Content-Disposition": `attachment; filename="audit-${day}.${request.format}"`,
      "X-Total-Rows": String(totalRows),
    },
    body: parts,
  };
}

/** The audit as a file (docs/api.md). */
export function auditRoutes(ctx: AuditContext): Route[] {
  return [
    {
      method: "GET",
      path: "/api/audit/export",
      policy: "admin",
      handle: ({ query, signal }) => exportAnswer(ctx, query, signal),
    },
  ];
}
