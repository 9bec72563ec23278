import * as z from "zod";

/** What every page needs to know of the server it talks to. */
export const SystemAbout = z.object({ version: z.string() });
export type SystemAbout = z.infer<typeof SystemAbout>;
