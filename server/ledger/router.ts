import {
  DryRun,
  DryRunQuery,
  LedgerPage,
  LedgerQuery,
  PromptSample,
  PromptSampleQuery,
  RemovalHistory,
  UsageHistory,
  UsageHistoryQuery,
  UsageSummary,
  UsageSummaryQuery,
} from "@/domain/tokens/usage-history";
import { createTRPCRouter, promptsProcedure, viewerProcedure } from "@/server/trpc/trpc";
import { dryRunTruncation } from "./dry-run-truncation";
import { listLedger } from "./list-ledger";
import { readPromptSample } from "./read-prompt-sample";
import { readRemovals } from "./read-removals";
import { readUsageHistory } from "./read-usage-history";
import { readUsageSummary } from "./read-usage-summary";

/** Reads of recorded validations: a part of `tokens`. */
export const ledgerRouter = createTRPCRouter({
  history: viewerProcedure
    .input(UsageHistoryQuery)
    .output(UsageHistory)
    .query(({ ctx, input }) => readUsageHistory(ctx.ledger, input)),
  summary: viewerProcedure
    .input(UsageSummaryQuery)
    .output(UsageSummary)
    .query(({ ctx, input }) => readUsageSummary(ctx.ledger, input)),
  removals: viewerProcedure
    .input(UsageHistoryQuery)
    .output(RemovalHistory)
    .query(({ ctx, input }) => readRemovals(ctx.ledger, input)),
  dryRun: viewerProcedure
    .input(DryRunQuery)
    .output(DryRun)
    .query(({ ctx, input }) => dryRunTruncation(ctx.ledger, input)),
  ledger: viewerProcedure
    .input(LedgerQuery)
    .output(LedgerPage)
    .query(({ ctx, input }) => listLedger(ctx.ledger, input)),
  promptSample: promptsProcedure
    .input(PromptSampleQuery)
    .output(PromptSample)
    .query(({ ctx, input }) => readPromptSample(ctx.ledger, input)),
});
