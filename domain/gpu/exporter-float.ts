const decimalFloat = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as Go's strconv.ParseFloat reads it, without hexadecimal ones; null for everything else, too large ones included. */
export function goFloat(text: string): number | null {
  if (decimalFloat.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  }
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? NaN : null;
}
