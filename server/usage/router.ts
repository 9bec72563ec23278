import {
  MeasuredErrors,
  ReportAnswer,
  ReportRequest,
  SilentCuts,
  SilentCutsQuery,
} from "@/domain/tokens/usage-report";
import { createTRPCRouter, ingestProcedure, viewerProcedure } from "@/server/trpc/trpc";
import { fromDatabase } from "./from-database";
import { reportUsage } from "./report-usage";

/** Stands below `tokens`. */
export const usageRouter = createTRPCRouter({
  report: ingestProcedure
    .input(ReportRequest)
    .output(ReportAnswer)
    .mutation(({ ctx: { usage, client, actor }, input }) =>
      usage.limits.run(client.address, () =>
        reportUsage(usage, input, actor.via === "key" ? actor.id : null),
      ),
    ),
  silentCuts: viewerProcedure
    .input(SilentCutsQuery)
    .output(SilentCuts)
    .query(({ ctx: { usage }, input }) => fromDatabase(() => usage.reads.silentCuts(input))),
  measuredErrors: viewerProcedure.output(MeasuredErrors).query(async ({ ctx: { usage } }) => ({
    errors: await fromDatabase(() => usage.reads.measuredErrors()),
  })),
});
