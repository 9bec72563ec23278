import type { CriticalForecast } from "./forecast-critical";

/** From here on a forecast is worth an event … */
const RAISE_WITHIN_S = 900;
const RAISE_CONFIDENCE = 0.6;
/** … and with less than this it has lost its ground. */
const KEEP_WITHIN_S = 1_200;
const KEEP_CONFIDENCE = 0.4;
/** How long either must last, so that a forecast at an edge makes one event and not many. */
const RAISE_AFTER_MS = 10_000;
const CLEAR_AFTER_MS = 60_000;

/** Whether a forecast of one GPU is announced. Times are those of the samples. */
export interface ForecastAlarm {
  isRaised: boolean;
  /** Since when what is seen speaks against `isRaised`; null while it speaks for it. */
  againstSinceMs: number | null;
}

export const noForecastAlarm: ForecastAlarm = { isRaised: false, againstSinceMs: null };

/** `raised`: announce it · `reached`: it came true · `cleared`: it does not hold any more. */
export type ForecastChange = "raised" | "reached" | "cleared";

/** The alarm after one more forecast (null = none can be made), and what is to be announced, if anything. */
export function nextForecastAlarm(
  alarm: ForecastAlarm,
  seen: { atMs: number; forecast: CriticalForecast | null; isCritical: boolean },
): { alarm: ForecastAlarm; change: ForecastChange | null } {
  const { atMs, forecast, isCritical } = seen;
  if (isCritical) return { alarm: noForecastAlarm, change: alarm.isRaised ? "reached" : null };
  const isAgainst = alarm.isRaised
    ? !isWithin(forecast, KEEP_WITHIN_S, KEEP_CONFIDENCE)
    : isWithin(forecast, RAISE_WITHIN_S, RAISE_CONFIDENCE);
  if (!isAgainst) return { alarm: { ...alarm, againstSinceMs: null }, change: null };
  const { againstSinceMs: knownMs } = alarm;
  const sinceMs = knownMs === null || atMs < knownMs ? atMs : knownMs; // the clock was set back
  if (atMs - sinceMs < (alarm.isRaised ? CLEAR_AFTER_MS : RAISE_AFTER_MS))
    return { alarm: { ...alarm, againstSinceMs: sinceMs }, change: null };
  return {
    alarm: { isRaised: !alarm.isRaised, againstSinceMs: null },
    change: alarm.isRaised ? "cleared" : "raised",
  };
}

function isWithin(forecast: CriticalForecast | null, seconds: number, confidence: number) {
  return (
    forecast !== null && forecast.secondsToCritical <= seconds && forecast.confidence >= confidence
  );
}
