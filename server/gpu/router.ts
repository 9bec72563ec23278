import { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { GpuHistory, GpuHistoryQuery } from "@/domain/gpu/gpu-history";
import { createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { readHistory } from "./read-history";
import { readLatest } from "./read-latest";

export const gpuRouter = createTRPCRouter({
  latest: viewerProcedure.output(GpuFleet).query(({ ctx }) => readLatest(ctx.gpu)),
  history: viewerProcedure
    .input(GpuHistoryQuery)
    .output(GpuHistory)
    .query(({ ctx, input }) => readHistory(ctx.gpu, input)),
});
