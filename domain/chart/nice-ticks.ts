const NICE_STEPS = [1, 1.5, 2, 2.5, 3, 5, 7.5, 10];

/** Round values inside `min…max`: never more than `count`, and two where the range allows it. */
export function niceTicks(min: number, max: number, count = 3): number[] {
  if (!(max > min) || count < 2) return [min];
  const roughStep = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(roughStep));
  const candidates = [power, power * 10].flatMap((unit) => NICE_STEPS.map((nice) => nice * unit));
  for (const step of candidates) {
    // 2,512.5 would be written as 2,513: steps above 1 are whole.
    if (step > 1 && !Number.isInteger(step)) continue;
    const ticks = ticksOf(min, max, step);
    if (step >= roughStep * 0.999 && ticks.length <= count && ticks.length > 1) return ticks;
  }
  return [min, max];
}

function ticksOf(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  const ticks: number[] = [];
  for (let index = first; index <= last && ticks.length < 20; index += 1)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}
