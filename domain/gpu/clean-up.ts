import * as z from "zod";

/** A dry run drops nothing and says what would go. */
export const CleanUpRequest = z.strictObject({ dryRun: z.boolean() });
export type CleanUpRequest = z.infer<typeof CleanUpRequest>;

const count = z.int().min(0);

/** What the retention dropped, or would drop. Whole partitions go: UTC days, and months of the coarser roll-ups. */
export const CleanUpReport = z.object({
  dryRun: z.boolean(),
  atMs: z.number(),
  /** Raw samples, those of sealed days included. */
  gpuStatsDeleted: count,
  bytesReclaimed: count,
  tables: z.array(
    z.object({
      table: z.string(),
      retentionDays: z.number(),
      partitions: z.array(z.string()),
      /** Counted, or estimated where that takes too long; of `gpu_hours` the samples. */
      rows: count,
      bytes: count,
    }),
  ),
  /** Partitions that are due and were in use for too long; the next run takes them. */
  postponed: z.array(z.string()),
});
export type CleanUpReport = z.infer<typeof CleanUpReport>;
