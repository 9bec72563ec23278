import * as z from "zod";
import { Email, NewPassword, PASSWORD_LENGTH } from "./user";

export const SignIn = z.strictObject({
  email: Email,
  password: z.string().min(1, "is empty").max(PASSWORD_LENGTH.max, "is too long"),
});
export type SignIn = z.infer<typeof SignIn>;

/** The first admin, by whoever holds the code that the start printed. */
export const Setup = z.strictObject({
  code: z.string().trim().min(1, "is empty").max(128, "is too long"),
  email: Email,
  password: NewPassword,
});
export type Setup = z.infer<typeof Setup>;

/** The session is in the cookie, never in the answer. */
export const SignedIn = z.object({ email: z.string(), expiresAtMs: z.number() });
export type SignedIn = z.infer<typeof SignedIn>;

export const PasswordChange = z.strictObject({
  currentPassword: z.string().min(1, "is empty").max(PASSWORD_LENGTH.max, "is too long"),
  newPassword: NewPassword,
});
export type PasswordChange = z.infer<typeof PasswordChange>;
