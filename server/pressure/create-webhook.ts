import type { NewPressureWebhook, SavedPressureWebhook } from "@/domain/pressure/pressure-webhook";
import type { AuditOrigin } from "@/server/audit";
import { AppError } from "@/server/errors";
import { checkWebhookAddress } from "./check-webhook-address";
import { MAX_WEBHOOKS } from "./list-webhooks";
import type { PressureContext } from "./pressure-context";
import { fromDatabase } from "./read-pressure-events";
import { newWebhookSecret } from "./webhook-message";
import type { WebhookStore } from "./webhook-store";

/** Adds a target. Its secret is in this answer and in no other. */
export async function createWebhook(
  { webhooks, nowMs }: PressureContext,
  { name, url }: NewPressureWebhook,
  origin: AuditOrigin,
): Promise<SavedPressureWebhook> {
  const address = checkWebhookAddress(url);
  const known = await fromDatabase(() => webhooks.list());
  if (known.length >= MAX_WEBHOOKS)
    throw new AppError("INVALID", `There are ${MAX_WEBHOOKS} targets already. Delete one first.`);
  const secret = newWebhookSecret();
  const id = await fromDatabase(() =>
    webhooks.create({ name, url: address, secret, atMs: nowMs() }, origin),
  );
  return { webhook: await readSaved(webhooks, id), secret };
}

export async function readSaved(webhooks: WebhookStore, id: string) {
  const webhook = await fromDatabase(() => webhooks.read(id));
  if (!webhook) throw noSuchWebhook();
  return webhook;
}

export function noSuchWebhook(): AppError {
  return new AppError("NOT_FOUND", "There is no such target. Somebody may have deleted it.");
}
