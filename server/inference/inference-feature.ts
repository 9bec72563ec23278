import type { Registry } from "@prometheus-io/client";
import { InferenceReport } from "@/domain/inference/inference-report";
import { jsonAnswer, type Route } from "@/server/http/route";
import type { RequestLimits } from "@/server/ingest";
import type { InferenceContext } from "./inference-context";
import type { InferenceLedger } from "./inference-ledger";
import { createInferenceMetrics } from "./inference-metrics";
import { reportInferences } from "./report-inferences";

export interface InferenceFeature {
  context: InferenceContext;
  routes: Route[];
  stop(): void;
}

/** Inferences that services report: counted here, and by GPU read into the samples (`withInferenceRates`). */
export function createInferenceFeature(options: {
  ledger: InferenceLedger;
  readFleet: InferenceContext["readFleet"];
  hostName: string;
  limits: RequestLimits;
  registry: Registry;
  nowMs: () => number;
}): InferenceFeature {
  const { ledger, readFleet, hostName, limits, registry, nowMs } = options;
  const metrics = createInferenceMetrics(registry);
  const context: InferenceContext = { ledger, metrics, readFleet, limits, hostName, nowMs };
  return {
    context,
    routes: [
      {
        method: "POST",
        path: "/api/ingest/inferences",
        policy: "ingest",
        handle: ({ client, readJson }) =>
          limits.run(client.address, async () => {
            const report = InferenceReport.parse(await readJson());
            return jsonAnswer(reportInferences(context, report));
          }),
      },
    ],
    stop: () => metrics.unregister(),
  };
}
