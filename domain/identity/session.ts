import * as z from "zod";

export const SignInMethod = z.enum(["password", "oidc", "setup"]);
export type SignInMethod = z.infer<typeof SignInMethod>;

/** One sign-in that lasts. Times in epoch milliseconds. */
export const Session = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  email: z.string(),
  method: SignInMethod,
  createdAtMs: z.number(),
  /** To the minute. */
  lastSeenAtMs: z.number(),
  /** When it ends however it is used. */
  expiresAtMs: z.number(),
  address: z.string(),
  /** "Firefox on Linux", from the header of the sign-in; "" when it told nothing. */
  device: z.string(),
  /** The one that asks. */
  isCurrent: z.boolean(),
});
export type Session = z.infer<typeof Session>;

export const Sessions = z.object({ sessions: z.array(Session) });
export type Sessions = z.infer<typeof Sessions>;

export const SessionId = z.strictObject({ id: z.uuid("is not the id of a session") });
export type SessionId = z.infer<typeof SessionId>;

export const RevokedSessions = z.object({ count: z.number().int().nonnegative() });
export type RevokedSessions = z.infer<typeof RevokedSessions>;
