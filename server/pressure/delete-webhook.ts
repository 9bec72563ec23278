import type { DeletedPressureWebhook, PressureWebhookId } from "@/domain/pressure/pressure-webhook";
import type { AuditOrigin } from "@/server/audit";
import type { PressureContext } from "./pressure-context";
import { fromDatabase } from "./read-pressure-events";

/** Deletes a target with its secret and all that waits for it. False when it was gone already. */
export async function deleteWebhook(
  { webhooks }: PressureContext,
  { id }: PressureWebhookId,
  origin: AuditOrigin,
): Promise<DeletedPressureWebhook> {
  return { deleted: await fromDatabase(() => webhooks.delete(id, origin)) };
}
