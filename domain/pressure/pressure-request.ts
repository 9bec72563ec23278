import * as z from "zod";
import { GpuChoice } from "../gpu/gpu-history-request";

const MAX_WAIT_S = 30;
const DEFAULT_CONCURRENCY = 4;

function wholeNumber(name: string, { min, max }: { min: number; max: number }) {
  const error = `${name} must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

const Max = wholeNumber("max", { min: 1, max: 1_024 });
const Version = wholeNumber("version", { min: 0, max: Number.MAX_SAFE_INTEGER });

/** The query string of `/api/system/gpu/pressure`. `waitMs`: how long to wait for another version than `version`. */
export const PressureRequest = z
  .object({
    gpu: GpuChoice.nullable(),
    max: Max.nullable().transform((max) => max ?? DEFAULT_CONCURRENCY),
    wait: wholeNumber("wait", { min: 0, max: MAX_WAIT_S })
      .nullable()
      .transform((seconds) => (seconds ?? 0) * 1_000),
    version: Version.nullable(),
  })
  .refine(({ wait, version }) => wait === 0 || version !== null, {
    path: ["version"],
    error: "with wait, version must be the one of the last answer",
  })
  .transform(({ wait, ...request }) => ({ ...request, waitMs: wait }));
export type PressureRequest = z.infer<typeof PressureRequest>;

/** The query string and the header `Last-Event-ID` of `/api/system/gpu/pressure/stream`. */
export const PressureStreamRequest = z.object({
  gpu: GpuChoice.nullable(),
  max: Max.nullable().transform((max) => max ?? DEFAULT_CONCURRENCY),
  /** Anything that is not one of our ids is as if none came: browsers send back what they were given. */
  lastEventId: Version.nullable().catch(null),
});
export type PressureStreamRequest = z.infer<typeof PressureStreamRequest>;
