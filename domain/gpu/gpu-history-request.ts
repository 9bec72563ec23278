import * as z from "zod";
import { GpuUuid } from "./gpu-uuid";

const DEFAULT_LIMIT = 300;
const MAX_LIMIT = 5_000;

// In a query string "+" is a space: 2026-05-01T00:00:00+02:00 arrives with one before the offset.
const LOST_PLUS = / (\d{2}:?\d{2})$/;
const HAS_ZONE = /(Z|[+-]\d{2}:\d{2})$/i;

/** ISO 8601 to epoch ms; a date alone is its midnight, a time without a zone is UTC. */
const SinceMs = z
  .string()
  .transform((text) => text.replace(LOST_PLUS, "+$1"))
  .pipe(
    z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], {
      error: "since must be a time in ISO 8601, such as 2026-05-01T12:00:00Z",
    }),
  )
  .transform((text) => Date.parse(text.includes("T") && !HAS_ZONE.test(text) ? `${text}Z` : text))
  .refine((timeMs) => Number.isFinite(timeMs), { error: "since is not a time that exists" });

const Limit = z
  .string()
  .regex(/^[+-]?\d{1,15}$/, { error: "limit must be a whole number" })
  .transform((text) => Math.min(MAX_LIMIT, Math.max(1, Number(text))));

/** A GPU by its index or its UUID. No UUID is all digits. */
export const GpuChoice = GpuUuid.transform((text) =>
  /^\d{1,4}$/.test(text) ? { index: Number(text) } : { uuid: text },
);
export type GpuChoice = z.infer<typeof GpuChoice>;

/** The query string of `/api/system/gpu/history`. */
export const GpuHistoryRequest = z.object({
  since: SinceMs.nullable(),
  limit: Limit.nullable().transform((limit) => limit ?? DEFAULT_LIMIT),
  gpu: GpuChoice.nullable(),
});
export type GpuHistoryRequest = z.infer<typeof GpuHistoryRequest>;
