import * as z from "zod";

// In a query string "+" is a space: 2026-05-01T00:00:00+02:00 arrives with one before the offset.
const LOST_PLUS = / (\d{2}:?\d{2})$/;
const HAS_ZONE = /(Z|[+-]\d{2}:\d{2})$/i;

/** Of a query string: ISO 8601 to epoch ms; a date alone is its midnight, a time without a zone is UTC. */
export function isoTimeMs(name: string) {
  return z
    .string()
    .transform((text) => text.replace(LOST_PLUS, "+$1"))
    .pipe(
      z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], {
        error: `${name} must be a time in ISO 8601, such as 2026-05-01T12:00:00Z`,
      }),
    )
    .transform((text) => Date.parse(text.includes("T") && !HAS_ZONE.test(text) ? `${text}Z` : text))
    .refine((timeMs) => Number.isFinite(timeMs), { error: `${name} is not a time that exists` });
}
