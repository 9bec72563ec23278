import type { AuditEntry } from "@/domain/audit/audit-entry";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";

/** One value of the thing that was changed. Null: there was none, or is none any more. */
export interface AuditDifference {
  /** In words: "expires at". */
  field: string;
  before: string | null;
  after: string | null;
}

const MOST_IN_A_ROW = 3;
const LATEST_DATE_MS = 8.64e15;

/** What is different between before and after, as a person reads it. A thing that was made or that is gone: all of its values. */
export function auditDifferences({
  before,
  after,
}: Pick<AuditEntry, "before" | "after">): AuditDifference[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names
    .filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)))
    .map((name) => ({
      field: wordsOf(name),
      before: old.has(name) ? valueText(name, old.get(name)) : null,
      after: now.has(name) ? valueText(name, now.get(name)) : null,
    }));
}

/** Says nothing of a thing that was made, or that is gone. */
const saysNothing: ReadonlySet<string | null> = new Set(["–", "no", "none", "0"]);

/**
 * The differences in one line: `role viewer → operator`. Of a thing that was made, or that is gone, without what the target says
 * already and without what it has not.
 */
export function auditSummary(entry: Pick<AuditEntry, "before" | "after" | "target">): string {
  const told = auditDifferences(entry).filter(({ field, before, after }) => {
    if (before !== null && after !== null) return true;
    const value = before ?? after;
    return value !== entry.target && field !== "hint" && !saysNothing.has(value);
  });
  const shown = told.slice(0, MOST_IN_A_ROW).map(differenceText);
  return told.length > MOST_IN_A_ROW ? `${shown.join(", ")} …` : shown.join(", ");
}

function differenceText({ field, before, after }: AuditDifference): string {
  return before === null || after === null
    ? `${field} ${before ?? after ?? ""}`
    : `${field} ${before} → ${after}`;
}

/** Of a JSON object its members; anything else is one value without a name. */
function fieldsOf(text: string | null): Map<string, unknown> {
  if (text === null) return new Map();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return new Map(Object.entries(value));
    return new Map([["value", value]]);
  } catch {
    return new Map([["value", text]]);
  }
}

/** `expiresAtMs` → `expires at`. */
function wordsOf(name: string): string {
  return name
    .replace(/(?<=[a-z])Ms$/, "")
    .replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, " ")
    .replaceAll("_", " ")
    .toLowerCase();
}

function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number" && name.endsWith("AtMs") && Math.abs(value) <= LATEST_DATE_MS)
    return timeText(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(plainText).join(", ");
  return plainText(value);
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** With the year always: who reads an audit does so much later. */
function timeText(atMs: number): string {
  const year = formatIso(atMs).slice(0, 4);
  const day = formatDay(atMs, { nowMs: atMs });
  return `${day} ${year} ${formatClock(atMs)}`;
}
