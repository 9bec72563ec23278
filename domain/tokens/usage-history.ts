import * as z from "zod";
import { ModelName, ServiceName } from "./model-profile";
import { RequestId, SectionCount, ValidationOutcome, ValidationRecord } from "./validation-record";

/** 9999-12-31: the database's calendar ends elsewhere than JavaScript's. */
const LATEST_MS = 253_402_300_799_999;
const MAX_RANGE_MS = 400 * 86_400_000;

/** From the first, inclusive, to the second, exclusive. */
const range = {
  fromMs: z.int().min(0).max(LATEST_MS),
  toMs: z.int().min(0).max(LATEST_MS),
};
const isOrdered = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs > fromMs;
const ORDERED = { message: "must be after fromMs", path: ["toMs"] };
const isShort = ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
  toMs - fromMs <= MAX_RANGE_MS;
const SHORT = { message: "is more than 400 days after fromMs", path: ["toMs"] };
const filter = { service: ServiceName.optional(), model: ModelName.optional() };

export const UsageHistoryQuery = z
  .strictObject({
    ...range,
    ...filter,
    /**
     * Points at most (one more where the range begins within a step); the step is the smallest of 1 min, 5 min, 1 h, 6 h, 1 d, and past
     * that of whole days, that gives no more. Minutes are not kept for as long as hours.
     */
    maxPoints: z.int().min(1).max(2_000).default(240),
  })
  .refine(isOrdered, ORDERED)
  .refine(isShort, SHORT);
export type UsageHistoryQuery = z.infer<typeof UsageHistoryQuery>;

const usageCounts = {
  warnings: z.int(),
  over: z.int(),
  truncated: z.int(),
  silentCuts: z.int(),
  reportedPromptTokens: z.int(),
  reportedCompletionTokens: z.int(),
};

/**
 * What happened from `atMs` to one step later. Means and percentiles are null where there was no prompt (reports may come all the same);
 * percentiles are off by less than a fourth of an octave (usage-history-percentile.ts).
 */
const UsagePoint = z.object({
  atMs: z.number(),
  prompts: z.int(),
  meanTokens: z.number().nullable(),
  p5Tokens: z.number().nullable(),
  p95Tokens: z.number().nullable(),
  maxTokens: z.number().nullable(),
  meanUtilization: z.number().nullable(),
  ...usageCounts,
});
export type UsagePoint = z.infer<typeof UsagePoint>;

/** Those with the most prompts first. Steps begin at multiples of `stepMs` of epoch time; those in which nothing happened are left out. */
export const UsageHistory = z.object({
  stepMs: z.int(),
  /** Series with fewer prompts that are left out, so that the answer stays small. */
  otherSeries: z.int(),
  series: z.array(
    z.object({ service: z.string(), model: z.string(), points: z.array(UsagePoint) }),
  ),
});
export type UsageHistory = z.infer<typeof UsageHistory>;

export const UsageSummaryQuery = z
  .strictObject({ ...range, ...filter })
  .refine(isOrdered, ORDERED)
  .refine(isShort, SHORT);
export type UsageSummaryQuery = z.infer<typeof UsageSummaryQuery>;

/** A model and a service that uses it, over the whole range. Percentiles from the buckets of the roll-up, exact to a fourth of an octave. */
export const UsageRow = z.object({
  service: z.string(),
  model: z.string(),
  prompts: z.int(),
  meanTokens: z.number().nullable(),
  p95Tokens: z.number().nullable(),
  maxTokens: z.int().nullable(),
  meanUtilization: z.number().nullable(),
  maxUtilization: z.number().nullable(),
  /** Of the newest validation. */
  contextWindow: z.int().nullable(),
  availableTokens: z.int().nullable(),
  ...usageCounts,
  /** How the newest was counted: `tiktoken cl100k_base`, …; with its measured error. */
  method: ValidationRecord.shape.method.nullable(),
  /** Prompts by utilisation: see utilization-buckets.ts. */
  utilizationCounts: z.array(z.int()),
  /** Of those, prompts that the server cut. */
  cutCounts: z.array(z.int()),
});
export type UsageRow = z.infer<typeof UsageRow>;

/** What was removed of prompts in the range, by section. */
export const RemovedSectionTotal = z.object({
  name: z.string(),
  prompts: z.int(),
  savedTokens: z.int(),
});
export type RemovedSectionTotal = z.infer<typeof RemovedSectionTotal>;

/** Both with the most prompts first: 200 rows and 50 sections at most. The range counts to the minute, before the minutes kept to the hour. */
export const UsageSummary = z.object({
  rows: z.array(UsageRow),
  /** Pairs of a service and a model that are left out. */
  otherRows: z.int(),
  removedSections: z.array(RemovedSectionTotal),
});
export type UsageSummary = z.infer<typeof UsageSummary>;

/** Sections that went, over time: the 50 that went most often. Steps in which a section was not removed are left out. */
export const RemovalHistory = z.object({
  stepMs: z.int(),
  sections: z.array(
    z.object({
      name: z.string(),
      points: z.array(z.object({ atMs: z.number(), prompts: z.int(), savedTokens: z.int() })),
    }),
  ),
});
export type RemovalHistory = z.infer<typeof RemovalHistory>;

/** What truncation would do to the prompts that were over and were not truncated: nothing is changed by asking. */
export const DryRunQuery = z
  .strictObject({ ...range, ...filter })
  .refine(isOrdered, ORDERED)
  .refine(isShort, SHORT);
export type DryRunQuery = z.infer<typeof DryRunQuery>;

export const DryRun = z.object({
  /** With sections, of the newest 1,000. */
  prompts: z.int(),
  /** Of those without: nothing can be said of them. */
  withoutSections: z.int(),
  wouldFit: z.int(),
  sections: z.array(RemovedSectionTotal),
  largest: z.object({ tokens: z.int(), becomes: z.int() }).nullable(),
});
export type DryRun = z.infer<typeof DryRun>;

const LedgerFilter = z.strictObject({
  ...range,
  ...filter,
  outcome: ValidationOutcome.optional(),
  /** Only those that were truncated, or that the server cut. */
  only: z.enum(["truncated", "cut"]).optional(),
  requestId: RequestId.optional(),
});
export type LedgerFilter = z.infer<typeof LedgerFilter>;

export const LedgerQuery = LedgerFilter.extend({
  limit: z.int().min(1).max(500).default(100),
  /** `nextCursor` of the page before. */
  cursor: z.string().max(64).optional(),
})
  .refine(isOrdered, ORDERED)
  .refine(isShort, SHORT);
export type LedgerQuery = z.infer<typeof LedgerQuery>;

const timeInAddress = z.coerce.number().pipe(range.fromMs);

/** The query string of `/api/tokens/ledger/export`: the filters of a list, without pages. */
export const LedgerExportRequest = LedgerFilter.extend({
  fromMs: timeInAddress,
  toMs: timeInAddress,
  format: z.enum(["csv", "ndjson"], "format must be csv or ndjson"),
})
  .refine(isOrdered, ORDERED)
  .refine(isShort, SHORT);
export type LedgerExportRequest = z.infer<typeof LedgerExportRequest>;

export const LedgerEntry = ValidationRecord.extend({
  id: z.string(),
  sections: z.array(SectionCount).nullable(),
  /** What the server reported for the request; null: nothing yet. */
  reported: z.object({ promptTokens: z.int(), completionTokens: z.int() }).nullable(),
  lostTokens: z.int().nullable(),
  /** Its text was kept (PROMPT_SAMPLES) and can be read by who may. */
  hasSample: z.boolean(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const LedgerPage = z.object({
  entries: z.array(LedgerEntry),
  nextCursor: z.string().nullable(),
  /** Of the filter, whatever the page, from the roll-up where it can tell; null where only counting rows could. */
  total: z.int().nullable(),
});
export type LedgerPage = z.infer<typeof LedgerPage>;

export const PromptSampleQuery = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) });
export type PromptSampleQuery = z.infer<typeof PromptSampleQuery>;

export const PromptSample = z.object({
  text: z.string(),
  /** True: only its first part was kept. */
  isShortened: z.boolean(),
  recordedAtMs: z.number(),
});
export type PromptSample = z.infer<typeof PromptSample>;
