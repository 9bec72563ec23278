import type { Settings } from "@/server/env";
import type { ExpiringKind } from "./retention-store";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MOST_MINUTE_DAYS = 90;

export type RetentionSettings = Pick<
  Settings,
  "promptSampleRetentionMs" | "tokenLedgerRetentionDays" | "tokenRollupRetentionDays"
>;

/** How long each thing is kept. */
export interface LedgerRetention {
  keptSinceMs(kind: ExpiringKind, nowMs: number): number;
}

export function createLedgerRetention(settings: RetentionSettings): LedgerRetention {
  const ledgerMs = settings.tokenLedgerRetentionDays * DAY_MS;
  const hoursMs = settings.tokenRollupRetentionDays * DAY_MS;
  const minutesMs = Math.min(hoursMs / 4, MOST_MINUTE_DAYS * DAY_MS);
  const keptMs: Record<ExpiringKind, number> = {
    samples: settings.promptSampleRetentionMs,
    validations: ledgerMs,
    reports: ledgerMs,
    silentCuts: ledgerMs,
    usageMinutes: minutesMs,
    usageHours: hoursMs,
    removalMinutes: minutesMs,
    removalHours: hoursMs,
  };
  return {
    keptSinceMs(kind, nowMs) {
      const sinceMs = Math.max(0, nowMs - keptMs[kind]);
      if (kind === "samples") return sinceMs;
      // By whole hours: an hour whose minutes are gone in part would be told by neither.
      return Math.floor(sinceMs / HOUR_MS) * HOUR_MS;
    },
  };
}
