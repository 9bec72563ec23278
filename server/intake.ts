import type { Registry } from "@prometheus-io/client";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { chooseGpu, type GpuFeature } from "./gpu";
import type { Route } from "./http/route";
import {
  createInferenceFeature,
  type InferenceContext,
  InferenceLedger,
  withInferenceRates,
} from "./inference";
import {
  type AgentStore,
  createIngestFeature,
  createRequestLimits,
  type IngestContext,
} from "./ingest";
import type { Logger } from "./logger";

/** Reported inferences as a part of each new sample; made before the GPU feature, which completes samples with it. */
export function createInferenceRates(hostName: string) {
  const ledger = new InferenceLedger();
  return {
    ledger,
    complete: (samples: readonly GpuSample[], fleet: GpuFleet): GpuSample[] => {
      const defaultUuid = chooseGpu({ hostName }, fleet, null)?.sample.gpuUuid ?? null;
      return withInferenceRates(samples, { ledger, defaultUuid });
    },
  };
}

export interface Intake {
  context: { ingest: IngestContext; inference: InferenceContext };
  routes: Route[];
  stop(): Promise<void>;
}

/** What others send to the portal: samples of agents, and finished inferences. */
export function createIntake(options: {
  gpu: Pick<GpuFeature, "storeSamples" | "acceptRemoteProcesses" | "acceptQuarantined" | "fleet">;
  ledger: InferenceLedger;
  hostName: string;
  agentStore: AgentStore;
  version: string;
  registry: Registry;
  logger: Pick<Logger, "info" | "warn">;
  nowMs: () => number;
}): Intake {
  const { gpu, ledger, hostName, agentStore, version, registry, logger, nowMs } = options;
  const limits = createRequestLimits();
  const ingest = createIngestFeature({
    storeSamples: (samples) => gpu.storeSamples(samples),
    acceptProcesses: (lists) => gpu.acceptRemoteProcesses(lists),
    acceptQuarantined: (values) => gpu.acceptQuarantined(values),
    store: agentStore,
    version,
    registry,
    nowMs,
    limits,
    onStateChange(error) {
      if (error === null) logger.info("Keeping which agents there are works again");
      else logger.warn({ err: error }, "Which agents there are cannot be kept now");
    },
  });
  const inference = createInferenceFeature({
    ledger,
    hostName,
    readFleet: () => gpu.fleet(),
    limits,
    registry,
    nowMs,
  });
  return {
    context: { ingest: ingest.context, inference: inference.context },
    routes: [...ingest.routes, ...inference.routes],
    async stop() {
      inference.stop();
      await ingest.stop();
    },
  };
}
