import {
  BudgetAnswer,
  BudgetQuery,
  CountAnswer,
  CountBatchAnswer,
  CountBatchRequest,
  CountRequest,
  EstimateAnswer,
  EstimateRequest,
  TruncateAnswer,
  TruncateRequest,
  ValidateAnswer,
  ValidateRequest,
} from "@/domain/tokens/count-request";
import { createTRPCRouter, servicesProcedure } from "@/server/trpc/trpc";
import { countBatch } from "./count-batch";
import { countPrompt } from "./count-prompt";
import { estimateParts } from "./estimate-parts";
import { readBudget } from "./read-budget";
import { truncateToFit } from "./truncate-to-fit";
import { validatePrompt } from "./validate-prompt";

/** What carries a text is a mutation: a query would put the text into an address, and into the logs of proxies. */
export const tokensRouter = createTRPCRouter({
  count: servicesProcedure
    .input(CountRequest)
    .output(CountAnswer)
    .mutation(({ ctx, input }) => countPrompt(ctx.tokens, input, ctx.signal)),
  countBatch: servicesProcedure
    .input(CountBatchRequest)
    .output(CountBatchAnswer)
    .mutation(({ ctx, input }) => countBatch(ctx.tokens, input, ctx.signal)),
  estimate: servicesProcedure
    .input(EstimateRequest)
    .output(EstimateAnswer)
    .mutation(({ ctx, input }) => estimateParts(ctx.tokens, input, ctx.signal)),
  validate: servicesProcedure
    .input(ValidateRequest)
    .output(ValidateAnswer)
    .mutation(({ ctx, input }) => validatePrompt(ctx.tokens, input, ctx)),
  truncate: servicesProcedure
    .input(TruncateRequest)
    .output(TruncateAnswer)
    .mutation(({ ctx, input }) => truncateToFit(ctx.tokens, input, ctx)),
  budget: servicesProcedure
    .input(BudgetQuery)
    .output(BudgetAnswer)
    .query(({ ctx, input }) => readBudget(ctx.tokens, input)),
});
