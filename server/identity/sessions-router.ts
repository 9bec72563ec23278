import { RevokedSessions, SessionId, Sessions } from "@/domain/identity/session";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { listSessions } from "./list-sessions";
import { revokeSession } from "./revoke-session";

/** Everybody's sign-ins; one's own stand below `identity`. */
export const sessionsRouter = createTRPCRouter({
  list: adminProcedure.output(Sessions).query(({ ctx }) => listSessions(ctx)),
  revoke: adminProcedure
    .input(SessionId)
    .output(RevokedSessions)
    .mutation(({ ctx, input }) => revokeSession(ctx, input)),
});
