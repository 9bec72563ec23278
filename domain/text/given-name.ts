import * as z from "zod";

/** One line that somebody typed: trimmed, without control characters, of which a database takes some not at all. */
export const plainText = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength, `${maxLength} characters at most`)
    .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, "holds control characters");

/** A name that somebody gave to a thing: the same, and not empty. */
export const givenName = (maxLength: number) => plainText(maxLength).min(1, "give a name");
