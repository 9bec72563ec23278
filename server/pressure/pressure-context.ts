import type { Pressure } from "@/domain/pressure/gpu-pressure";
import type { PressureEvent } from "@/domain/pressure/pressure-event";
import type { ChangeWaiters } from "./change-waiters";
import type { PressureStore } from "./pressure-store";
import type { WebhookDeliverer } from "./webhook-deliverer";
import type { WebhookStore } from "./webhook-store";

/** What the verbs of pressure need. */
export interface PressureContext {
  readPressure: () => Pressure;
  /** Newest change of one GPU; the whole's is in `readPressure`. */
  versionOf: (gpuUuid: string) => number;
  /** Events of this portal's memory, oldest first, and from which sequence on none is missing. */
  recentEvents: () => { events: readonly PressureEvent[]; completeAfter: number };
  store: Pick<PressureStore, "readEvents" | "readEventsAfter">;
  webhooks: WebhookStore;
  deliverer: Pick<WebhookDeliverer, "sendTest">;
  /** Long polls that wait, and streams that wait between two messages. */
  polls: ChangeWaiters;
  streams: ChangeWaiters;
  nowMs: () => number;
}
