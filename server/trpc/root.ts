import { gpuRouter } from "@/server/gpu/router";
import { inferenceRouter } from "@/server/inference/router";
import { pressureRouter } from "@/server/pressure/router";
import { systemRouter } from "@/server/system/router";
import { createTRPCRouter, mergeRouters } from "./trpc";

/** One line a feature. */
export const appRouter = createTRPCRouter({
  gpu: mergeRouters(gpuRouter, pressureRouter),
  inference: inferenceRouter,
  system: systemRouter,
});
export type AppRouter = typeof appRouter;
