import type { AuditReadStore } from "./audit-read-store";
import type { CheckedChain } from "./check-chain";

/** What the verbs of the audit need. */
export interface AuditContext {
  store: AuditReadStore;
  /** Walks the chain; who asks while it runs gets the same answer. */
  checkChain: () => Promise<CheckedChain>;
  nowMs: () => number;
}
