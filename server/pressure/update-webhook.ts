import type {
  PressureWebhookChange,
  SavedPressureWebhook,
} from "@/domain/pressure/pressure-webhook";
import type { AuditOrigin } from "@/server/audit";
import { checkWebhookAddress } from "./check-webhook-address";
import { noSuchWebhook, readSaved } from "./create-webhook";
import type { PressureContext } from "./pressure-context";
import { fromDatabase } from "./read-pressure-events";
import { newWebhookSecret } from "./webhook-message";

/** Changes a target. With another address the old secret is gone: it must never sign for a place it was not made for. */
export async function updateWebhook(
  { webhooks, nowMs }: PressureContext,
  { id, name, url, enabled, renewSecret }: PressureWebhookChange,
  origin: AuditOrigin,
): Promise<SavedPressureWebhook> {
  const before = await readSaved(webhooks, id);
  const address = url === undefined ? before.url : checkWebhookAddress(url);
  const isMoved = address !== before.url;
  const secret = isMoved || renewSecret === true ? newWebhookSecret() : null;
  const change = {
    ...(name !== undefined && { name }),
    ...(isMoved && { url: address }),
    ...(enabled !== undefined && { enabled }),
    ...(secret !== null && { secret, secretAtMs: nowMs() }),
  };
  const isThere = await fromDatabase(() => webhooks.update(id, change, origin));
  if (!isThere) throw noSuchWebhook();
  return { webhook: await readSaved(webhooks, id), secret };
}
