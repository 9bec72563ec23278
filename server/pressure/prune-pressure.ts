import { setTimeout as sleep } from "node:timers/promises";
import type { PressureStore } from "./pressure-store";
import type { WebhookStore } from "./webhook-store";

const DAY_MS = 86_400_000;
const KEPT_MS = 400 * DAY_MS;
const KEPT_EVENTS = 100_000;
const DELIVERIES_KEPT_MS = 7 * DAY_MS;
const EVERY_MS = 3_600_000;

interface PruneOptions {
  store: Pick<PressureStore, "pruneEvents">;
  webhooks: Pick<WebhookStore, "pruneDeliveries">;
  nowMs: () => number;
  /** Called when it begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
}

/** Keeps events for 400 days, as long as values by the hour are kept, and 100,000 at most; deliveries that ended for a week. */
async function prunePressure({ store, webhooks, nowMs }: PruneOptions): Promise<void> {
  await webhooks.pruneDeliveries(nowMs() - DELIVERIES_KEPT_MS);
  await store.pruneEvents({ beforeMs: nowMs() - KEPT_MS, keepNewest: KEPT_EVENTS });
}

/** Once an hour, until aborted. */
export async function pruneForever(options: PruneOptions, signal: AbortSignal): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    try {
      await prunePressure(options);
      if (isFailing) options.onStateChange(null);
      isFailing = false;
    } catch (error) {
      if (!isFailing) options.onStateChange(error);
      isFailing = true;
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
