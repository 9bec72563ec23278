import { InferenceReport, InferenceReportAnswer } from "@/domain/inference/inference-report";
import { createTRPCRouter, ingestProcedure } from "@/server/trpc/trpc";
import { reportInferences } from "./report-inferences";

export const inferenceRouter = createTRPCRouter({
  report: ingestProcedure
    .input(InferenceReport)
    .output(InferenceReportAnswer)
    .mutation(({ ctx, input }) => reportInferences(ctx.inference, input)),
});
