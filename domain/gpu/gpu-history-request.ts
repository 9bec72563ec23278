import * as z from "zod";
import { GpuUuid } from "./gpu-uuid";
import { isoTimeMs } from "./history-time";

const DEFAULT_LIMIT = 300;
const MAX_LIMIT = 5_000;
const MAX_CURSOR = 512;

const Limit = z
  .string()
  .regex(/^[+-]?\d{1,15}$/, { error: "limit must be a whole number" })
  .transform((text) => Math.min(MAX_LIMIT, Math.max(1, Number(text))));

/** `uuid`, `index` (of the portal's own host, if it has one) or `host` and `index`. */
export type GpuChoice = { uuid: string } | { index: number } | { host: string; index: number };

/** A host and an index; no UUID but that of an old MIG instance (`MIG-GPU-…/1/0`) ends like that. */
const HOST_AND_INDEX = /^(?!MIG-)([^\p{Cc}\p{Surrogate}]{1,253})\/(\d{1,4})$/u;

/** A GPU by its index, by its UUID, or as `host/index`. No UUID is all digits. */
export const GpuChoice = z.string().transform((text, context): GpuChoice => {
  if (/^\d{1,4}$/.test(text)) return { index: Number(text) };
  const [, host, index] = HOST_AND_INDEX.exec(text) ?? [];
  if (host !== undefined && index !== undefined) return { host, index: Number(index) };
  const uuid = GpuUuid.safeParse(text);
  if (uuid.success) return { uuid: uuid.data };
  context.addIssue({ code: "custom", message: "gpu must be an index, a UUID or host/index" });
  return z.NEVER;
});

/** The query string of `/api/system/gpu/history`. */
export const GpuHistoryRequest = z.object({
  since: isoTimeMs("since").nullable(),
  limit: Limit.nullable().transform((limit) => limit ?? DEFAULT_LIMIT),
  gpu: GpuChoice.nullable(),
  cursor: z.string().min(1).max(MAX_CURSOR).nullable(),
});
export type GpuHistoryRequest = z.infer<typeof GpuHistoryRequest>;
