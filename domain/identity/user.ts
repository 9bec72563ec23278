import * as z from "zod";
import { plainText } from "@/domain/text/given-name";
import { UserRole } from "./user-role";

/** As short as is safe with a slow hash and a limit on tries (NIST SP 800-63B asks for 8 with a second factor, 15 without a limit). */
export const PASSWORD_LENGTH = { min: 12, max: 256 };

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "is longer than an address may be")
  .regex(
    /^[^\s@<>"\p{Cc}\p{Surrogate}]{1,64}@[^\s@<>"\p{Cc}\p{Surrogate}]{1,189}$/u,
    "is not an e-mail address",
  );

/** A database keeps no NUL, and no control character belongs into a name. */
const Name = plainText(80);

export const NewPassword = z
  .string()
  .min(PASSWORD_LENGTH.min, `has fewer than ${PASSWORD_LENGTH.min.toString()} characters`)
  .max(PASSWORD_LENGTH.max, `has more than ${PASSWORD_LENGTH.max.toString()} characters`);

/** Times in epoch milliseconds. */
export const User = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: UserRole,
  hasPassword: z.boolean(),
  /** Host names of the OpenID providers that this person signs in with. */
  providers: z.array(z.string()),
  createdAtMs: z.number(),
  lastSignInAtMs: z.number().nullable(),
  disabledAtMs: z.number().nullable(),
  activeSessions: z.number().int().nonnegative(),
});
export type User = z.infer<typeof User>;

export const Users = z.object({ users: z.array(User) });
export type Users = z.infer<typeof Users>;

export const NewUser = z.strictObject({
  email: Email,
  name: Name.default(""),
  role: UserRole,
});
export type NewUser = z.infer<typeof NewUser>;

/** A first password that the admin hands over; in this answer and in no other. It is changed at the first sign-in or later. */
export const CreatedUser = z.object({ user: User, password: z.string() });
export type CreatedUser = z.infer<typeof CreatedUser>;

export const UserId = z.strictObject({ id: z.uuid("is not the id of a user") });
export type UserId = z.infer<typeof UserId>;

/** What is left out stays as it is. */
export const UserChange = UserId.extend({
  name: Name.optional(),
  role: UserRole.optional(),
  /** True: signs the user out everywhere and lets nobody in. */
  disabled: z.boolean().optional(),
});
export type UserChange = z.infer<typeof UserChange>;

export const SavedUser = z.object({ user: User });
export type SavedUser = z.infer<typeof SavedUser>;

export const DeletedUser = z.object({ id: z.uuid() });
export type DeletedUser = z.infer<typeof DeletedUser>;
