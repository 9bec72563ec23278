import * as z from "zod";

/** What every page needs to know of the server it talks to. */
export const SystemAbout = z.object({
  version: z.string(),
  /** True when the server listens beyond this machine while everybody has every right. */
  unprotected: z.boolean(),
});
export type SystemAbout = z.infer<typeof SystemAbout>;
