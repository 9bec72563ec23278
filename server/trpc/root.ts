import { auditRouter } from "@/server/audit/router";
import { gpuRouter } from "@/server/gpu/router";
import { keysRouter } from "@/server/identity/keys-router";
import { identityRouter } from "@/server/identity/router";
import { sessionsRouter } from "@/server/identity/sessions-router";
import { usersRouter } from "@/server/identity/users-router";
import { inferenceRouter } from "@/server/inference/router";
import { ledgerRouter } from "@/server/ledger/router";
import { modelServersRouter } from "@/server/model-servers/router";
import { modelsRouter } from "@/server/models/router";
import { pressureRouter } from "@/server/pressure/router";
import { settingsRouter } from "@/server/settings/router";
import { systemRouter } from "@/server/system/router";
import { tokenizersRouter } from "@/server/tokenizers/router";
import { tokensRouter } from "@/server/tokens/router";
import { budgetsRouter } from "@/server/usage/budgets-router";
import { usageRouter } from "@/server/usage/router";
import { createTRPCRouter, mergeRouters } from "./trpc";

/** One line a feature. */
export const appRouter = createTRPCRouter({
  audit: auditRouter,
  budgets: budgetsRouter,
  gpu: mergeRouters(gpuRouter, pressureRouter),
  identity: identityRouter,
  inference: inferenceRouter,
  keys: keysRouter,
  models: modelsRouter,
  modelServers: modelServersRouter,
  sessions: sessionsRouter,
  settings: settingsRouter,
  system: systemRouter,
  tokenizers: tokenizersRouter,
  tokens: mergeRouters(tokensRouter, ledgerRouter, usageRouter),
  users: usersRouter,
});
export type AppRouter = typeof appRouter;
