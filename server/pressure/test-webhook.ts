import type { PressureWebhookId, TestedPressureWebhook } from "@/domain/pressure/pressure-webhook";
import type { AuditOrigin } from "@/server/audit";
import { noSuchWebhook } from "./create-webhook";
import type { PressureContext } from "./pressure-context";
import { fromDatabase } from "./read-pressure-events";

/** Sends a signed test message at once, beside what waits. */
export async function testWebhook(
  { webhooks, deliverer }: PressureContext,
  { id }: PressureWebhookId,
  origin: AuditOrigin,
): Promise<TestedPressureWebhook> {
  const target = await fromDatabase(() => webhooks.takeForTest(id, origin));
  if (!target) throw noSuchWebhook();
  return deliverer.sendTest(target);
}
