import { LedgerExportRequest } from "@/domain/tokens/usage-history";
import type { Route, RouteAnswer } from "@/server/http/route";
import { exportLedger } from "./export-ledger";
import type { LedgerContext } from "./ledger-context";

async function exportAnswer(
  ctx: LedgerContext,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<RouteAnswer> {
  const request = LedgerExportRequest.parse(Object.fromEntries(query));
  const { contentType, totalRows, parts } = await exportLedger(ctx, request, signal);
  const day = new Date(ctx.nowMs()).toISOString().slice(0, 10);
  return {
    status: 200,
    contentType,
    headers: {
      "Content-Disposition": `attachment; filename="token-ledger-${day}.${request.format}"`,
      "X-Total-Rows": String(totalRows),
    },
    body: parts,
  };
}

/** The ledger as a file (docs/api.md). */
export function ledgerRoutes(ctx: LedgerContext): Route[] {
  return [
    {
      method: "GET",
      path: "/api/tokens/ledger/export",
      policy: "viewer",
      handle: ({ query, signal }) => exportAnswer(ctx, query, signal),
    },
  ];
}
