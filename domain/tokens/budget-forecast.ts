const HOUR_MS = 3_600_000;
/** A pace from less time than this says nothing. */
const LEAST_MS = 5 * 60_000;

interface BudgetUse {
  dailyTokens: number;
  usedTokens: number;
  /** Tokens used up to the end of each hour of the day that has begun, from its start on. */
  hours: readonly { atMs: number; usedTokens: number }[];
  dayStartMs: number;
  dayEndMs: number;
  nowMs: number;
}

/**
 * When a budget will be full if the next hours are as the last one; null when it is full already or lasts the day. The last hour is what
 * the running hour of the day holds and, of the hour before, the part that falls into it, as if that had come evenly.
 */
export function fullAtMsOf(use: BudgetUse): number | null {
  const { dailyTokens, usedTokens, dayEndMs, nowMs } = use;
  const pace = tokensPerMs(use);
  if (usedTokens >= dailyTokens || pace <= 0) return null;
  const atMs = nowMs + (dailyTokens - usedTokens) / pace;
  return atMs < dayEndMs ? Math.ceil(atMs) : null;
}

function tokensPerMs({ hours, dayStartMs, nowMs }: BudgetUse): number {
  const elapsedMs = nowMs - dayStartMs;
  if (elapsedMs < LEAST_MS) return 0;
  const current = Math.floor(elapsedMs / HOUR_MS);
  const intoHourMs = elapsedMs - current * HOUR_MS;
  const thisHour = tokensOf(hours, current);
  if (current === 0) return thisHour / elapsedMs;
  const ofHourBefore = tokensOf(hours, current - 1) * (1 - intoHourMs / HOUR_MS);
  return (thisHour + ofHourBefore) / HOUR_MS;
}

function tokensOf(hours: BudgetUse["hours"], place: number): number {
  return (hours[place]?.usedTokens ?? 0) - (hours[place - 1]?.usedTokens ?? 0);
}

/** Running sums for each hour of the day that has begun; `used` are tokens by the start of their hour. */
export function hoursOfDay(
  { dayStartMs, dayEndMs, nowMs }: { dayStartMs: number; dayEndMs: number; nowMs: number },
  used: ReadonlyMap<number, number>,
): { atMs: number; usedTokens: number }[] {
  const hours: { atMs: number; usedTokens: number }[] = [];
  let usedTokens = 0;
  // A report may be a minute ahead of the clock: nothing of it is left out.
  const lastMs = Math.max(nowMs, ...used.keys());
  for (let atMs = dayStartMs; atMs < dayEndMs && atMs <= lastMs; atMs += HOUR_MS) {
    usedTokens += used.get(atMs) ?? 0;
    hours.push({ atMs, usedTokens });
  }
  return hours;
}
