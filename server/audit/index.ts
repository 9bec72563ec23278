export type { AuditContext } from "./audit-context";
export { createAuditFeature, type AuditFeature } from "./audit-feature";
export { checkChain, type CheckedChain } from "./check-chain";
export { auditOriginOf, type AuditOrigin } from "./audit-origin";
export { type AuditReadStore, createAuditReadStore } from "./audit-read-store";
export { appendAudit, type AuditDraft } from "./audit-write-store";
