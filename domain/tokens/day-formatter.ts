const formatters = new Map<string, (atMs: number) => string>();

/** Writes the day of a moment in a zone as `2026-11-24`. Making one costs more than a hundred uses, so they are kept. */
export function dayFormatter(timeZone: string): (atMs: number) => string {
  const known = formatters.get(timeZone);
  if (known) return known;
  // Canadian English writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    calendar: "gregory",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const made = (atMs: number) => format.format(atMs);
  formatters.set(timeZone, made);
  return made;
}
