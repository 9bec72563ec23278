import * as z from "zod";
import { UserRole } from "./user-role";

/** Who asks, and what a page may offer them. Public, so it tells a stranger nothing about the system. */
export const WhoAmI = z.object({
  /** Null: nobody who may read. */
  role: UserRole.nullable(),
  via: z.enum(["anonymous", "session", "key"]),
  /** Null unless signed in. */
  email: z.string().nullable(),
  name: z.string().nullable(),
  /** A session came that has ended: by time, by somebody, or with the account. */
  sessionEnded: z.boolean(),
  /** True until the first admin exists, and only where setup may be used now. */
  setupOpen: z.boolean(),
  /** Name of the OpenID provider for its button; null when there is none. */
  oidcName: z.string().nullable(),
  /** True when the request came over plain http from another machine. */
  plainHttp: z.boolean(),
  /** E-mail addresses of some admins, for somebody who is signed in and needs more; else empty. */
  admins: z.array(z.string()),
});
export type WhoAmI = z.infer<typeof WhoAmI>;
