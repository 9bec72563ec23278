const MINUS = "\u2212";
/** Stands for a value that does not exist; its reason is written beside it. */
export const NO_VALUE = "–";

function grouped(value: number, decimals: number): string {
  const [whole = "0", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const thousands = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  const digits = fraction === undefined ? thousands : `${thousands}.${fraction}`;
  const isZero = !/[1-9]/.test(digits);
  return value < 0 && !isZero ? MINUS + digits : digits;
}

/** Three significant figures, whole numbers in full: 0.71, 9.42, 43.8, 801, 1,935. */
export function formatFigure(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value)) return grouped(value, 0);
  // 9.995 rounds to 10.0: compare what will be written, not the value.
  if (Number(size.toFixed(2)) < 10) return grouped(value, 2);
  if (Number(size.toFixed(1)) < 100) return grouped(value, 1);
  return grouped(value, 0);
}

/** A fixed number of decimals, with thousands apart and a real minus sign. */
export function formatDecimals(value: number, decimals: number): string {
  return grouped(value, decimals);
}

/** All digits that the value has, at most six after the point. For tables and hovering. */
export function formatFull(value: number): string {
  const [, fraction = ""] = String(Math.abs(Number(value.toFixed(6)))).split(".");
  return grouped(value, /^\d*$/.test(fraction) ? fraction.length : 6);
}
