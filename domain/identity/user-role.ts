import * as z from "zod";

/** Weakest first: a viewer reads, an operator controls, an admin manages users, keys and settings. */
export const UserRole = z.enum(["viewer", "operator", "admin"]);
export type UserRole = z.infer<typeof UserRole>;
