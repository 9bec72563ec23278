import * as z from "zod";
import { isoTimeMs } from "@/domain/gpu/history-time";
import { AppError } from "@/server/errors";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MIN_TIME_MS = 0;

/** Times of answers: ISO 8601, UTC. */
export const IsoTime = z.string().describe("ISO 8601, UTC");

export function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

export function isoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoOf(timeMs);
}

/** Arguments of a tool that reads a range. */
export const rangeArguments = {
  from: isoTimeMs("from")
    .optional()
    .describe("Begin, ISO 8601 such as 2026-05-01T12:00:00Z. Left out: an hour before `to`."),
  to: isoTimeMs("to").optional().describe("End, ISO 8601, not included. Left out: now."),
};

/** The range that was asked for; without `from` an hour, without `to` up to now. Throws INVALID. */
export function rangeOf(
  given: { from?: number | undefined; to?: number | undefined },
  { nowMs, maxDays }: { nowMs: number; maxDays: number },
): { fromMs: number; toMs: number } {
  const toMs = given.to ?? nowMs;
  const fromMs = given.from ?? Math.max(MIN_TIME_MS, toMs - 60 * MINUTE_MS);
  if (fromMs < MIN_TIME_MS || fromMs >= toMs)
    throw new AppError(
      "INVALID",
      "from must be before to, and not before 1970. Without `to` the range ends now.",
    );
  if (toMs - fromMs > maxDays * DAY_MS)
    throw new AppError(
      "INVALID",
      `The range may be ${maxDays} days at most: choose a later from or an earlier to.`,
    );
  return { fromMs, toMs };
}
