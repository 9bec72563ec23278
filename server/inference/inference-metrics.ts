import { Counter, Histogram, type Registry } from "@prometheus-io/client";
import type { Inference } from "@/domain/inference/inference-report";
import { BoundedNames } from "@/server/bounded-names";

const MAX_MODELS = 100;
const MAX_PAIRS = 200;

const names = {
  inferences: "sightline_inferences_total",
  gpuSeconds: "hsi_gpu_seconds_total",
  latency: "sightline_inference_latency_seconds",
};

export interface InferenceMetrics {
  record(
    inference: Pick<Inference, "service" | "model" | "count" | "gpuSeconds" | "latencyMs">,
  ): void;
  unregister(): void;
}

/** Registers what `/metrics` shows of reported inferences. */
export function createInferenceMetrics(registry: Registry): InferenceMetrics {
  const models = new BoundedNames(MAX_MODELS);
  const pairs = new BoundedNames(MAX_PAIRS);
  const inferences = new Counter({
    name: names.inferences,
    help: "Inferences that services reported as finished.",
    labelNames: ["service", "model"],
    registers: [registry],
  });
  const gpuSeconds = new Counter({
    name: names.gpuSeconds,
    help: "Seconds of GPU that reported inferences took.",
    labelNames: ["model"],
    registers: [registry],
  });
  const latency = new Histogram({
    name: names.latency,
    help: "Time of an inference, once for each reported item: of several the mean.",
    labelNames: ["model"],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers: [registry],
  });
  return {
    record(inference) {
      const model = models.labelOf(inference.model);
      const pair = JSON.stringify([inference.service, model]);
      const service = pairs.labelOf(inference.service, pair);
      inferences.inc({ service, model }, inference.count);
      if (inference.gpuSeconds !== null) gpuSeconds.inc({ model }, inference.gpuSeconds);
      if (inference.latencyMs !== null && inference.count > 0)
        latency.observe({ model }, inference.latencyMs / 1_000);
    },
    unregister() {
      for (const name of Object.values(names)) registry.removeSingleMetric(name);
    },
  };
}
