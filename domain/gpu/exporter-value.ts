// What DCGM writes where it has no value (dcgm_structs.h): BLANK, NOT_FOUND, NOT_SUPPORTED, NOT_PERMISSIONED follow each other.
const INT64_BLANK = 0x7ffffffffffffff0n;
const INT32_BLANKS = { first: 0x7ffffff0, last: 0x7fffffff };
const FLOAT_BLANKS = { first: 140_737_488_355_328, last: 140_737_488_355_335 };

/**
 * Whether a printed value stands for "no value": a DCGM blank of any width, NaN or infinite. `isDcgm`: the 32-bit and floating blanks
 * are possible counts anywhere else.
 */
export function isExporterBlank(
  { value, rawValue }: { value: number; rawValue: string },
  isDcgm: boolean,
): boolean {
  if (!Number.isFinite(value)) return true;
  if (Math.abs(value) < INT32_BLANKS.first) return false;
  if (/^\d{19,20}$/.test(rawValue)) return BigInt(rawValue) >= INT64_BLANK;
  // Written with an exponent the last digits are lost: 2^63 and what rounds to it is never a reading.
  if (value >= 2 ** 63) return true;
  if (!isDcgm) return false;
  return isWithin(value, INT32_BLANKS) || isWithin(value, FLOAT_BLANKS);
}

function isWithin(value: number, { first, last }: { first: number; last: number }): boolean {
  return value >= first && value <= last;
}
