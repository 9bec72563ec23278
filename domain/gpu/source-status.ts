import * as z from "zod";
import { GpuSource } from "./gpu-sample";

/** What the collector knows of one source; the page says where it looked and what was missing. */
export const SourceStatus = z.object({
  source: GpuSource,
  /** active = its samples are used now · standby = works, an earlier source is used · unavailable = tried, does not work · not_configured = has no address or path to try */
  state: z.enum(["active", "standby", "unavailable", "not_configured"]),
  /** One short clause for a person: "nvidia-smi is not on PATH". Never an internal address or a stack. */
  detail: z.string().max(300),
  checkedAtMs: z.int().nullable(),
  /** True when some of its addresses answer and others do not; `detail` says which. */
  isPartial: z.boolean().optional(),
});
export type SourceStatus = z.infer<typeof SourceStatus>;
