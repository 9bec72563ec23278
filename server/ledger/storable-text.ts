/** PostgreSQL's text holds every code point but this one, and UTF-8 holds no half of a pair. */
const REPLACEMENT = "\uFFFD";
const NUL = "\u0000";

/** A text as PostgreSQL can hold it: U+0000 and halves of surrogate pairs become U+FFFD. */
export function storableText(text: string): string {
  const whole = text.toWellFormed();
  return whole.includes(NUL) ? whole.replaceAll(NUL, REPLACEMENT) : whole;
}

/** Its first part of so many bytes of UTF-8 at most, cut between two code points. */
export function firstBytes(text: string, maxBytes: number): { text: string; isShortened: boolean } {
  // A code unit is a byte at least. A pair that is cut here leaves a replacement, which is cut below: with it there are too many bytes.
  const head = storableText(text.slice(0, maxBytes));
  const bytes = Buffer.from(head, "utf8");
  if (bytes.length <= maxBytes) return { text: head, isShortened: text.length > maxBytes };
  let end = maxBytes;
  while (isContinuation(bytes[end])) end--;
  return { text: bytes.toString("utf8", 0, end), isShortened: true };
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;
