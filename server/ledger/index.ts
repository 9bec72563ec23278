export type { LedgerContext } from "./ledger-context";
export { createLedgerFeature, type LedgerFeature } from "./ledger-feature";
export { createLedgerStore } from "./ledger-store";
export { ledgerRoutes } from "./routes";
export type { CutPrompt } from "./usage-change";
export { addUsage } from "./usage-write-store";
