import {
  CreatedUser,
  DeletedUser,
  NewUser,
  SavedUser,
  UserChange,
  UserId,
  Users,
} from "@/domain/identity/user";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { createUser } from "./create-user";
import { deleteUser } from "./delete-user";
import { resetPassword } from "./reset-password";
import { updateUser } from "./update-user";

/** Everybody's accounts. */
export const usersRouter = createTRPCRouter({
  list: adminProcedure
    .output(Users)
    .query(async ({ ctx }) => ({ users: await ctx.identity.users.list(ctx.nowMs()) })),
  create: adminProcedure
    .input(NewUser)
    .output(CreatedUser)
    .mutation(({ ctx, input }) => createUser(ctx, input)),
  update: adminProcedure
    .input(UserChange)
    .output(SavedUser)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  resetPassword: adminProcedure
    .input(UserId)
    .output(CreatedUser)
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),
  delete: adminProcedure
    .input(UserId)
    .output(DeletedUser)
    .mutation(({ ctx, input }) => deleteUser(ctx, input)),
});
