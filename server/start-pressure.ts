import type { PrismaClient } from "@/prisma/generated/client";
import { holdAdvisoryLock } from "./database";
import type { Settings } from "./env";
import type { GpuFeature } from "./gpu";
import type { Logger } from "./logger";
import {
  createPressureFeature,
  createPressureStore,
  createWebhookStore,
  type PressureFeature,
} from "./pressure";
import type { Shutdown } from "./shutdown";

/** Follows the memory of all GPUs, and tells webhooks in one of the portals that share a database. */
export function startPressure(options: {
  prisma: PrismaClient;
  databaseUrl: string;
  gpu: Pick<GpuFeature, "fleet" | "onTick">;
  settings: Settings;
  logger: Logger;
  nowMs: () => number;
  shutdown: Shutdown;
}): PressureFeature {
  const { prisma, databaseUrl, gpu, settings, logger, nowMs, shutdown } = options;
  const pressure = createPressureFeature({
    gpu,
    store: createPressureStore(prisma),
    webhooks: createWebhookStore(prisma),
    settings,
    logger,
    nowMs,
  });
  shutdown.add("memory pressure", () => pressure.stop());
  const deliveries = holdAdvisoryLock({
    url: databaseUrl,
    name: "gpu-pressure-webhooks",
    onHeld: (signal) => pressure.deliverWebhooks(signal),
    log: (text) => {
      logger.debug(text);
    },
  });
  shutdown.add("webhook deliveries", () => deliveries.stop());
  return pressure;
}
