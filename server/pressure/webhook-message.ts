import { createHmac, randomBytes } from "node:crypto";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import { pressureEventKeys, thresholdKeys } from "@/domain/pressure/pressure-event-keys";
import type { PressureThresholds } from "@/domain/pressure/pressure-level";

const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;

export interface WebhookMessage {
  /** The same at every try: a receiver that has seen it may leave it. */
  id: string;
  body: string;
}

/** A secret as the Standard Webhooks form has it: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/**
 * The headers of a message, in the form of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec 1.0):
 * HMAC-SHA256 over `id.timestamp.body`, with the bytes behind `whsec_` as the key. `timestamp` is in seconds.
 */
export function signedHeaders(
  { id, body }: WebhookMessage,
  { secret, nowMs }: { secret: string; nowMs: number },
): Record<string, string> {
  const timestamp = Math.floor(nowMs / 1_000).toString();
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "user-agent": "Sightline",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}

/** What a target is told of a transition. Keys are snake_case, as in REST. */
export function transitionMessage(
  event: PressureEvent,
  { deliveryId, thresholds }: { deliveryId: string; thresholds: PressureThresholds },
): WebhookMessage {
  return {
    id: `pressure_${deliveryId}`,
    body: JSON.stringify({
      type: "gpu.memory_pressure",
      timestamp: new Date(event.atMs).toISOString(),
      data: { ...pressureEventKeys(event), ...thresholdKeys(thresholds) },
    }),
  };
}

export function testMessage(options: { id: string; nowMs: number }): WebhookMessage {
  return {
    id: `test_${options.id}`,
    body: JSON.stringify({
      type: "gpu.memory_pressure.test",
      timestamp: new Date(options.nowMs).toISOString(),
      data: {},
    }),
  };
}
