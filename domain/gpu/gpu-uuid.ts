import * as z from "zod";

/** What names a GPU for good. PostgreSQL stores no NUL and no half surrogate pair; other control characters only disguise. */
export const GpuUuid = z
  .string()
  .min(1)
  .max(96)
  .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, { error: "a UUID holds no control characters" });
