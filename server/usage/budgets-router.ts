import {
  DeletedTokenBudget,
  NewTokenBudget,
  SavedTokenBudget,
  TokenBudgetChange,
  TokenBudgetId,
  TokenBudgets,
} from "@/domain/tokens/token-budget";
import { auditOriginOf } from "@/server/audit";
import { adminProcedure, createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { createBudget } from "./create-budget";
import { deleteBudget } from "./delete-budget";
import { listBudgets } from "./list-budgets";
import { updateBudget } from "./update-budget";

export const budgetsRouter = createTRPCRouter({
  list: viewerProcedure.output(TokenBudgets).query(({ ctx }) => listBudgets(ctx.usage)),
  create: adminProcedure
    .input(NewTokenBudget)
    .output(SavedTokenBudget)
    .mutation(({ ctx, input }) => createBudget(ctx.usage, input, auditOriginOf(ctx))),
  update: adminProcedure
    .input(TokenBudgetChange)
    .output(SavedTokenBudget)
    .mutation(({ ctx, input }) => updateBudget(ctx.usage, input, auditOriginOf(ctx))),
  delete: adminProcedure
    .input(TokenBudgetId)
    .output(DeletedTokenBudget)
    .mutation(({ ctx, input }) => deleteBudget(ctx.usage, input, auditOriginOf(ctx))),
});
