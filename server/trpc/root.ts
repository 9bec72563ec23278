import { auditRouter } from "@/server/audit/router";
import { gpuRouter } from "@/server/gpu/router";
import { keysRouter } from "@/server/identity/keys-router";
import { identityRouter } from "@/server/identity/router";
import { sessionsRouter } from "@/server/identity/sessions-router";
import { usersRouter } from "@/server/identity/users-router";
import { inferenceRouter } from "@/server/inference/router";
import { pressureRouter } from "@/server/pressure/router";
import { settingsRouter } from "@/server/settings/router";
import { systemRouter } from "@/server/system/router";
import { createTRPCRouter, mergeRouters } from "./trpc";

/** One line a feature. */
export const appRouter = createTRPCRouter({
  audit: auditRouter,
  gpu: mergeRouters(gpuRouter, pressureRouter),
  identity: identityRouter,
  inference: inferenceRouter,
  keys: keysRouter,
  sessions: sessionsRouter,
  settings: settingsRouter,
  system: systemRouter,
  users: usersRouter,
});
export type AppRouter = typeof appRouter;
