import { RevokedSessions, SessionId, Sessions } from "@/domain/identity/session";
import { PasswordChange, Setup, SignedIn, SignIn } from "@/domain/identity/sign-in";
import { WhoAmI } from "@/domain/identity/who-am-i";
import { accountProcedure, createTRPCRouter, publicProcedure } from "@/server/trpc/trpc";
import { changePassword } from "./change-password";
import { listSessions } from "./list-sessions";
import { ownAccount } from "./own-account";
import { revokeOtherSessions } from "./revoke-other-sessions";
import { revokeSession } from "./revoke-session";
import { setupFirstAdmin } from "./setup-first-admin";
import { signIn } from "./sign-in";
import { signOut } from "./sign-out";
import { whoAmI } from "./who-am-i";

/** One's own way in and out. */
export const identityRouter = createTRPCRouter({
  whoAmI: publicProcedure.output(WhoAmI).query(({ ctx }) => whoAmI(ctx)),
  signIn: publicProcedure
    .input(SignIn)
    .output(SignedIn)
    .mutation(({ ctx, input }) => signIn(ctx, input)),
  signOut: accountProcedure.output(RevokedSessions).mutation(({ ctx }) => signOut(ctx)),
  setup: publicProcedure
    .input(Setup)
    .output(SignedIn)
    .mutation(({ ctx, input }) => setupFirstAdmin(ctx, input)),
  changePassword: accountProcedure
    .input(PasswordChange)
    .output(RevokedSessions)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  sessions: accountProcedure
    .output(Sessions)
    .query(({ ctx }) => listSessions(ctx, { userId: ownAccount(ctx.actor).userId })),
  revokeSession: accountProcedure
    .input(SessionId)
    .output(RevokedSessions)
    .mutation(({ ctx, input }) =>
      revokeSession(ctx, { ...input, userId: ownAccount(ctx.actor).userId }),
    ),
  revokeOtherSessions: accountProcedure
    .output(RevokedSessions)
    .mutation(({ ctx }) => revokeOtherSessions(ctx)),
});
