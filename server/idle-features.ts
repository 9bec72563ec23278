import { Registry } from "@prometheus-io/client";
import { type AuditFeature, type AuditReadStore, createAuditFeature } from "./audit";
import { createGpuFeature, type GpuFeature, type GpuStore } from "./gpu";
import { InferenceLedger } from "./inference";
import { createIntake, type Intake } from "./intake";
import { logger } from "./logger";
import {
  createPressureFeature,
  type PressureFeature,
  type PressureStore,
  type WebhookStore,
} from "./pressure";
import type { TokenFeed } from "./realtime";

/** Features whose addresses can be listed and whose handlers never run: nothing is behind them. */
export function createIdleFeatures(): {
  audit: AuditFeature;
  gpu: GpuFeature;
  intake: Intake;
  pressure: PressureFeature;
  tokens: TokenFeed;
} {
  const audit = createAuditFeature({ store: {} as AuditReadStore, nowMs: Date.now });
  const registry = new Registry(Registry.OPENMETRICS_CONTENT_TYPE);
  const gpu = createGpuFeature({
    store: { readLatest: () => Promise.resolve([]) } as unknown as GpuStore,
    settings: { pollIntervalMs: 1_000, historyMinutes: 1 },
    logger,
    registry,
  });
  const intake = createIntake({
    gpu,
    ledger: new InferenceLedger(),
    hostName: "",
    agentStore: { sync: () => Promise.resolve([]) },
    version: "",
    registry,
    logger,
    nowMs: Date.now,
  });
  const pressure = createPressureFeature({
    gpu,
    store: {
      readStates: () => Promise.resolve({ states: [], lastSequence: 0 }),
    } as unknown as PressureStore,
    webhooks: {} as WebhookStore,
    settings: { pressureWarningPercent: 85, pressureCriticalPercent: 95 },
    logger,
    registry,
  });
  const never = () => () => undefined;
  return { audit, gpu, intake, pressure, tokens: { onCut: never, onBudgetMark: never } };
}
