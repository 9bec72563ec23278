import type { UsageRow } from "./usage-history";

/** What the figures of a range come to. Words are the page's; every number here is a sum of the rows, nothing is estimated. */
export type UsageVerdict =
  /** No prompt was validated. */
  | { kind: "none" }
  | {
      /** `fits`: nothing was over or cut, and no mean is past the threshold · `full`: close to the limit · `over`: some were too long · `cut`: a server cut some and said nothing */
      kind: "fits" | "full" | "over" | "cut";
      prompts: number;
      over: number;
      silentCuts: number;
      truncated: number;
      /** Where to look first. */
      lead: UsageLead;
    };

export interface UsageLead {
  service: string;
  model: string;
  /** Mean share of the available tokens, 0 to 1 and past it. */
  meanUtilization: number;
  prompts: number;
}

/** As much of a budget is "full" where no profile says another warning threshold. */
const FULL_FROM = 0.8;

type VerdictRow = Pick<
  UsageRow,
  "service" | "model" | "prompts" | "meanUtilization" | "over" | "silentCuts" | "truncated"
>;

/**
 * One sentence's worth of facts about the prompts of a range. The lead is the pair with the highest mean utilisation (of equal ones that
 * with more prompts) of those that a server cut; where none was, of those that were sent although they were over; else of all.
 */
export function usageVerdict(rows: readonly VerdictRow[]): UsageVerdict {
  const lead =
    leadOf(rows.filter((row) => row.silentCuts > 0)) ??
    leadOf(rows.filter((row) => row.over > row.truncated)) ??
    leadOf(rows);
  if (lead === null) return { kind: "none" };
  const sum = (of: (row: VerdictRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const over = sum((row) => row.over);
  const silentCuts = sum((row) => row.silentCuts);
  return {
    kind: kindOf({ over, silentCuts, meanUtilization: lead.meanUtilization }),
    prompts: sum((row) => row.prompts),
    over,
    silentCuts,
    truncated: sum((row) => row.truncated),
    lead,
  };
}

function kindOf(facts: { over: number; silentCuts: number; meanUtilization: number }) {
  if (facts.silentCuts > 0) return "cut";
  if (facts.over > 0) return "over";
  return facts.meanUtilization >= FULL_FROM ? "full" : "fits";
}

function leadOf(rows: readonly VerdictRow[]): UsageLead | null {
  let lead: UsageLead | null = null;
  for (const { service, model, meanUtilization, prompts } of rows) {
    if (meanUtilization === null || prompts === 0) continue;
    const order =
      lead === null ? 1 : meanUtilization - lead.meanUtilization || prompts - lead.prompts;
    if (order > 0) lead = { service, model, meanUtilization, prompts };
  }
  return lead;
}
