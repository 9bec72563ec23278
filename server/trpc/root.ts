import { gpuRouter } from "@/server/gpu/router";
import { systemRouter } from "@/server/system/router";
import { createTRPCRouter } from "./trpc";

/** One line a feature. */
export const appRouter = createTRPCRouter({ gpu: gpuRouter, system: systemRouter });
export type AppRouter = typeof appRouter;
