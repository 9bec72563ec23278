import type { Route } from "@/server/http/route";
import type { AuditContext } from "./audit-context";
import type { AuditReadStore } from "./audit-read-store";
import { checkChain, type CheckedChain } from "./check-chain";
import { auditRoutes } from "./routes";

/** Reading the audit. Writing it is `appendAudit`, in the transaction of each change. */
export interface AuditFeature {
  context: AuditContext;
  routes: Route[];
}

export function createAuditFeature(options: {
  store: AuditReadStore;
  nowMs: () => number;
}): AuditFeature {
  const { store, nowMs } = options;
  let running: Promise<CheckedChain> | null = null;
  const context: AuditContext = {
    store,
    // A long chain takes seconds: twenty impatient clicks must not read it twenty times.
    checkChain: () =>
      (running ??= checkChain(store).finally(() => {
        running = null;
      })),
    nowMs,
  };
  return { context, routes: auditRoutes(context) };
}
