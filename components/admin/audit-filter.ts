/** What of the audit is shown; the address of the page holds it. */
export interface AuditFilter {
  /** Exactly this name; null: everybody. */
  who: string | null;
  /** This action, or all that begin with it and a dot; null: every one. */
  what: string | null;
  /** Only what happened in the time range of the page. */
  isInRange: boolean;
  /** Rows older than this one; null: the newest. */
  before: number | null;
  /** The row whose details are shown. */
  row: number | null;
}

const names: Record<keyof AuditFilter, string> = {
  who: "who",
  what: "what",
  isInRange: "when",
  before: "before",
  row: "row",
};

/**
 * The change of the address; what is left out of `change` stays. Another filter begins again at the newest row, and another page
 * closes the details.
 */
export function auditAddress(change: Partial<AuditFilter>): Record<string, string | null> {
  const isFilter = "who" in change || "what" in change || "isInRange" in change;
  const reset = {
    ...(isFilter && { before: null }),
    ...((isFilter || "before" in change) && { row: null }),
  };
  const changed = Object.entries({ ...reset, ...change }).map(([name, value]) => [
    names[name as keyof AuditFilter],
    textOf(value),
  ]);
  return Object.fromEntries(changed) as Record<string, string | null>;
}

function textOf(value: string | number | boolean | null): string | null {
  if (typeof value === "boolean") return value ? "range" : null;
  return value === null ? null : String(value);
}
