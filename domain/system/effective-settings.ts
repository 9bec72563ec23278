import * as z from "zod";

/** One setting as it acts now. Secrets are never in it. */
export const EffectiveSetting = z.object({
  /** As in `.env`. */
  name: z.string(),
  /**
   * What acts, as text: what was set or the default. Null: neither exists, `meaning` says what happens then. Addresses stand
   * without user, password and query; what could hold a secret says only `set`.
   */
  value: z.string().nullable(),
  /** "" when the default is to leave it unset. */
  default: z.string(),
  /** What is allowed. */
  range: z.string(),
  meaning: z.string(),
  /** True: the environment or `.env` says something. False: the default acts. */
  isSet: z.boolean(),
});
export type EffectiveSetting = z.infer<typeof EffectiveSetting>;

export const EffectiveSettings = z.object({ settings: z.array(EffectiveSetting) });
export type EffectiveSettings = z.infer<typeof EffectiveSettings>;
