const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A length of time for a person, two units at most: `214 ms`, `8 s`, `4 m 08 s`, `2 h 05 m`, `6 d 03 h`.
 * Below a second milliseconds; a second unit of zero is left out.
 */
export function formatDuration(durationMs: number): string {
  const length = Math.max(0, durationMs);
  if (length < SECOND_MS) return `${Math.floor(length)} ms`;
  const seconds = Math.floor(length / SECOND_MS);
  if (length < MINUTE_MS) return `${seconds} s`;
  if (length < HOUR_MS) return twoUnits([Math.floor(length / MINUTE_MS), "m"], [seconds % 60, "s"]);
  const minutes = Math.floor(length / MINUTE_MS);
  if (length < DAY_MS) return twoUnits([Math.floor(length / HOUR_MS), "h"], [minutes % 60, "m"]);
  return twoUnits(
    [Math.floor(length / DAY_MS), "d"],
    [Math.floor((length % DAY_MS) / HOUR_MS), "h"],
  );
}

function twoUnits(large: [number, string], small: [number, string]): string {
  const head = `${large[0]} ${large[1]}`;
  return small[0] === 0 ? head : `${head} ${String(small[0]).padStart(2, "0")} ${small[1]}`;
}
