import type { RequestLimits } from "@/server/ingest";
import type { BudgetStore } from "./budget-store";
import type { StoredCut } from "./comparison-store";
import type { ReportStore } from "./report-store";
import type { NewReport, ReportPair } from "./report-write-store";
import type { UsageReadStore } from "./usage-read-store";

/** What the verbs of reports and budgets need. */
export interface UsageContext {
  reports: Pick<ReportStore, "accept">;
  reads: UsageReadStore;
  budgets: BudgetStore;
  /** What validations call a model: the name of the profile that lists it; else as it is. */
  modelNameOf: (model: string) => Promise<string>;
  /** Of reports together, by whichever address they come. */
  limits: RequestLimits;
  /** BUDGET_TIME_ZONE. */
  timeZone: string;
  /** Told of reports once they are stored. */
  onReports: (stored: { accepted: NewReport[]; cuts: StoredCut[]; alone: ReportPair[] }) => void;
  /** Looks whether budgets have reached a mark. */
  checkMarks: () => Promise<void>;
  nowMs: () => number;
}
