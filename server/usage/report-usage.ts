import { type BudgetDay, budgetDayOf, budgetHourAtMs } from "@/domain/tokens/budget-day";
import {
  MAX_REPORT_AGE_MS,
  MAX_REPORT_AHEAD_MS,
  type ReportAnswer,
  type ReportRequest,
  type UsageReport,
} from "@/domain/tokens/usage-report";
import { fromDatabase } from "./from-database";
import { type NewReport, pairKeyOf } from "./report-write-store";
import type { UsageContext } from "./usage-context";

/**
 * Counts what servers reported. A pair of service and request counts once, however often it comes and to whichever portal; what is too old
 * or too far ahead is refused by its place and does not hold up the others. Resolves when all of it is stored.
 */
export async function reportUsage(
  usage: UsageContext,
  { reports }: ReportRequest,
  keyId: string | null,
): Promise<ReportAnswer> {
  const nowMs = usage.nowMs();
  const refused: ReportAnswer["refused"] = [];
  const wanted = new Map<string, NewReport>();
  for (const [index, report] of reports.entries()) {
    const atMs = report.at ?? nowMs;
    const reason = refusalOf(atMs, nowMs);
    if (reason) refused.push({ index, reason });
    else if (!wanted.has(pairKeyOf(report)))
      wanted.set(
        pairKeyOf(report),
        newReport(report, { atMs, keyId, day: budgetDayOf(atMs, usage.timeZone) }),
      );
  }
  const sent = reports.length - refused.length;
  if (wanted.size === 0) return { accepted: 0, repeated: sent, refused, silentCuts: 0 };
  const stored = await fromDatabase(async () =>
    usage.reports.accept(await withProfileNames(usage, [...wanted.values()])),
  );
  usage.onReports(stored);
  const accepted = stored.accepted.length;
  return { accepted, repeated: sent - accepted, refused, silentCuts: stored.cuts.length };
}

/** Servers and services call a model as they like: where a profile lists the name, it counts under the profile's, as validations do. */
async function withProfileNames(
  { modelNameOf }: UsageContext,
  reports: readonly NewReport[],
): Promise<NewReport[]> {
  const names = new Map<string, string>();
  for (const model of new Set(reports.map((report) => report.model)))
    names.set(model, await modelNameOf(model));
  return reports.map((report) => ({ ...report, model: names.get(report.model) ?? report.model }));
}

function refusalOf(atMs: number, nowMs: number): "too_old" | "too_far_ahead" | null {
  if (atMs < nowMs - MAX_REPORT_AGE_MS) return "too_old";
  return atMs > nowMs + MAX_REPORT_AHEAD_MS ? "too_far_ahead" : null;
}

function newReport(
  { service, model, requestId, promptTokens, completionTokens, traceId }: UsageReport,
  { atMs, keyId, day }: { atMs: number; keyId: string | null; day: BudgetDay },
): NewReport {
  return {
    service,
    model,
    requestId,
    promptTokens,
    completionTokens,
    traceId: traceId ?? null,
    keyId,
    atMs,
    day: day.day,
    hourAtMs: budgetHourAtMs(atMs, day),
  };
}
