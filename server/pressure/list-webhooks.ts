import type { PressureWebhooks } from "@/domain/pressure/pressure-webhook";
import type { PressureContext } from "./pressure-context";
import { fromDatabase } from "./read-pressure-events";

/** More would only slow each other down. */
export const MAX_WEBHOOKS = 32;

/** All targets with how they fare; no secret. */
export async function listWebhooks({ webhooks }: PressureContext): Promise<PressureWebhooks> {
  return { webhooks: await fromDatabase(() => webhooks.list()), maxCount: MAX_WEBHOOKS };
}
