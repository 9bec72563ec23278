/** A whole number as people write it: "131072", "131,072", "131 072". Null: it is none, or out of bounds. */
export function readCount(text: string, { min, max }: { min: number; max: number }): number | null {
  const digits = text.trim().replaceAll(/(?<=\d)[,\s_](?=\d)/g, "");
  if (!/^\d{1,9}$/.test(digits)) return null;
  const value = Number(digits);
  return value >= min && value <= max ? value : null;
}

/** A number with decimals, as "0.5" or "80". Null likewise; `min` itself is not enough. */
export function readDecimal(
  text: string,
  { above, max }: { above: number; max: number },
): number | null {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text.trim())) return null;
  const value = Number(text.trim());
  return value > above && value <= max ? value : null;
}
