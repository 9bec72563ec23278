/** The begins of all steps of a range, the one in which it begins among them. Steps are multiples of `stepMs` of epoch time. */
export function stepTimes(options: { fromMs: number; toMs: number; stepMs: number }): number[] {
  const { fromMs, toMs, stepMs } = options;
  if (!(stepMs > 0)) return [];
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  const steps = Math.max(0, Math.ceil((toMs - firstMs) / stepMs));
  return Array.from({ length: steps }, (_, step) => firstMs + step * stepMs);
}
