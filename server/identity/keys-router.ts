import {
  ApiKeyId,
  ApiKeys,
  CreatedApiKey,
  NewApiKey,
  RevokedApiKey,
} from "@/domain/identity/api-key";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { createKey } from "./create-key";
import { revokeKey } from "./revoke-key";

/** Keys of programs. */
export const keysRouter = createTRPCRouter({
  list: adminProcedure
    .output(ApiKeys)
    .query(async ({ ctx }) => ({ keys: await ctx.identity.keys.list(ctx.nowMs()) })),
  create: adminProcedure
    .input(NewApiKey)
    .output(CreatedApiKey)
    .mutation(({ ctx, input }) => createKey(ctx, input)),
  revoke: adminProcedure
    .input(ApiKeyId)
    .output(RevokedApiKey)
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});
