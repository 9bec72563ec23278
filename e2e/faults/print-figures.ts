/** Each fault test prints what it counted and the seed that repeats it. */
export function printFigures(name: string, figures: Readonly<Record<string, unknown>>): void {
  const parts = Object.entries(figures).map(([key, value]) => `${key} ${String(value)}`);
  process.stdout.write(`${name}: ${parts.join(", ")}\n`);
}
