import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestedPressureWebhook } from "@/domain/pressure/pressure-webhook";
import type { PressureThresholds } from "@/domain/pressure/pressure-level";
import { isAppError } from "@/server/errors";
import { requestUpstream } from "@/server/upstream";
import {
  signedHeaders,
  testMessage,
  transitionMessage,
  type WebhookMessage,
} from "./webhook-message";
import type { Delivery, WebhookStore } from "./webhook-store";

const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;
/** How soon a delivery of another portal, or one that is due again, is seen. */
const LOOK_EVERY_MS = 1_000;
const DEADLINE_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
/** Slow targets at once; the next ones wait for a place. */
const MAX_AT_ONCE = 8;

/** In errors; the address stays out of them. */
const LABEL = "The target";

export interface WebhookDelivererOptions {
  store: WebhookStore;
  thresholds: PressureThresholds;
  nowMs: () => number;
  /** Called when the outbox begins to be unreadable (with the error) and when it can be read again (null). */
  onStateChange: (error: unknown) => void;
  request?: typeof requestUpstream;
  /** In [0, 1). */
  random?: () => number;
}

export type DeliveryCounts = Record<"delivered" | "retried" | "given_up", number>;

export interface WebhookDeliverer {
  /** To be run under a lock of its own: sends what waits, in order for each target, until aborted. */
  run(signal: AbortSignal): Promise<void>;
  /** Something new waits. */
  wake: () => void;
  /** Sends a message that tells nothing, at once and once. */
  sendTest(target: { url: string; secret: string }): Promise<TestedPressureWebhook>;
  counts: () => Readonly<DeliveryCounts>;
}

/** Tells targets what happened: at least once, in order, for 24 h. */
export function createWebhookDeliverer(options: WebhookDelivererOptions): WebhookDeliverer {
  const { store, thresholds, nowMs, random = Math.random } = options;
  const request = options.request ?? requestUpstream;
  const counts: DeliveryCounts = { delivered: 0, retried: 0, given_up: 0 };
  /** What is being sent, by target. */
  const busy = new Map<string, Promise<void>>();
  let wakeUp: (() => void) | null = null;
  let isFailing = false;

  function report(error: unknown): void {
    if ((error !== null) !== isFailing) options.onStateChange(error);
    isFailing = error !== null;
  }

  /** Null when the target took it, else a sentence. Throws what the signal was aborted with. */
  async function post(
    target: { url: string; secret: string },
    message: WebhookMessage,
    signal: AbortSignal,
  ): Promise<string | null> {
    try {
      await request({
        label: LABEL,
        url: target.url,
        post: {
          body: message.body,
          headers: signedHeaders(message, { secret: target.secret, nowMs: nowMs() }),
        },
        deadlineMs: DEADLINE_MS,
        maxBytes: MAX_ANSWER_BYTES,
        signal,
      });
      return null;
    } catch (error) {
      signal.throwIfAborted(); // the stop of this portal is no failure of the target
      return isAppError(error) ? error.message : `${LABEL} could not be told.`;
    }
  }

  async function deliver(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { id: deliveryId, createdAtMs, attempts } = delivery;
    const message = transitionMessage(delivery.event, { deliveryId, thresholds });
    const error = await post(delivery, message, signal);
    const atMs = nowMs();
    const isLate = atMs - createdAtMs >= GIVE_UP_AFTER_MS;
    const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts, 20));
    // Half fixed, half random: targets behind one proxy are not all asked in the same moment.
    const nextAttemptAtMs = isLate ? null : Math.round(atMs + pauseMs * (0.5 + random() / 2));
    await store.recordOutcome(delivery, { atMs, error, nextAttemptAtMs });
    counts[error === null ? "delivered" : isLate ? "given_up" : "retried"]++;
  }

  /** Due, or of before the clock was set back. */
  function isDue({ nextAttemptAtMs }: Delivery): boolean {
    const aheadMs = nextAttemptAtMs - nowMs();
    return aheadMs <= 0 || aheadMs > LONGEST_RETRY_MS;
  }

  /** Never rejects: what could not be recorded is sent again, after a pause. */
  async function deliverHead(head: Delivery, signal: AbortSignal): Promise<void> {
    try {
      await deliver(head, signal);
      busy.delete(head.webhookId);
      wake(); // the next one for this target
    } catch (error) {
      busy.delete(head.webhookId);
      if (!signal.aborted) report(error);
    }
  }

  async function look(signal: AbortSignal): Promise<void> {
    // One that ended while the heads were read is perhaps still among them, and would be sent twice.
    const wasBusy = new Set(busy.keys());
    const heads = await store.readHeads();
    for (const head of heads.filter(isDue)) {
      const isBusy = wasBusy.has(head.webhookId) || busy.has(head.webhookId);
      if (isBusy || busy.size >= MAX_AT_ONCE) continue;
      busy.set(head.webhookId, deliverHead(head, signal));
    }
  }

  function wake(): void {
    wakeUp?.();
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => (wakeUp = resolve));
        try {
          await look(signal);
          report(null);
        } catch (error) {
          report(error);
        }
        const pause = sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
        await Promise.race([woken, pause]);
      }
      await Promise.all(busy.values());
    },
    wake,
    async sendTest(target) {
      const message = testMessage({ id: randomUUID(), nowMs: nowMs() });
      const error = await post(target, message, AbortSignal.timeout(2 * DEADLINE_MS));
      return error === null
        ? { ok: true, message: "The target took the test message." }
        : { ok: false, message: error };
    },
    counts: () => counts,
  };
}
