import * as z from "zod";
import { CleanUpReport, CleanUpRequest } from "@/domain/gpu/clean-up";
import { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { GpuHistory, GpuHistoryQuery } from "@/domain/gpu/gpu-history";
import { GpuProcessAnswer } from "@/domain/gpu/gpu-process";
import { GpuUuid } from "@/domain/gpu/gpu-uuid";
import { QuarantinedList } from "@/domain/gpu/quarantined-value";
import { AgentList } from "@/domain/ingest/agent-status";
import { auditOriginOf } from "@/server/audit";
import { listAgents } from "@/server/ingest";
import { adminProcedure, createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { cleanUp } from "./clean-up";
import { readHistory } from "./read-history";
import { readLatest } from "./read-latest";
import { readProcesses } from "./read-processes";
import { readQuarantined } from "./read-quarantined";

export const gpuRouter = createTRPCRouter({
  agents: viewerProcedure.output(AgentList).query(({ ctx }) => listAgents(ctx.ingest)),
  cleanUp: adminProcedure
    .input(CleanUpRequest)
    .output(CleanUpReport)
    .mutation(({ ctx, input }) => cleanUp(ctx.gpu.cleanUp, input, auditOriginOf(ctx))),
  processes: viewerProcedure
    .input(z.object({ gpuUuid: GpuUuid }))
    .output(GpuProcessAnswer)
    .query(({ ctx, input }) => readProcesses(ctx.gpu, input)),
  quarantined: viewerProcedure.output(QuarantinedList).query(({ ctx }) => readQuarantined(ctx.gpu)),
  latest: viewerProcedure.output(GpuFleet).query(({ ctx }) => readLatest(ctx.gpu)),
  history: viewerProcedure
    .input(GpuHistoryQuery)
    .output(GpuHistory)
    .query(({ ctx, input }) => readHistory(ctx.gpu, input)),
});
