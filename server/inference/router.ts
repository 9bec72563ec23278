import { InferenceReport, InferenceReportAnswer } from "@/domain/inference/inference-report";
import { createTRPCRouter, ingestProcedure } from "@/server/trpc/trpc";
import { reportInferences } from "./report-inferences";

export const inferenceRouter = createTRPCRouter({
  report: ingestProcedure
    .input(InferenceReport)
    .output(InferenceReportAnswer)
    .mutation(({ ctx: { inference, client }, input }) =>
      inference.limits.run(client.address, () =>
        Promise.resolve(reportInferences(inference, input)),
      ),
    ),
});
