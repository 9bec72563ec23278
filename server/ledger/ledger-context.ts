import type { CountingErrors } from "@/server/tokens";
import type { LedgerRetention } from "./ledger-retention";
import type { UsageReadStore } from "./usage-read-store";
import type { ValidationReadStore } from "./validation-read-store";

/** What the verbs of the ledger need. */
export interface LedgerContext {
  usage: UsageReadStore;
  validations: ValidationReadStore;
  retention: LedgerRetention;
  /** How far methods are from what servers report, now. */
  errorOf: CountingErrors["errorOf"];
  nowMs: () => number;
}
