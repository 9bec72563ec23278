import { InferenceReport, InferenceReportAnswer } from "@/domain/inference/inference-report";
import { SampleBatch, SampleBatchAnswer } from "@/domain/ingest/sample-batch";
import { FlatAgents } from "./flat-schemas";
import type { RouteDescriptions } from "./route-description";

export const ingestRoutes: RouteDescriptions = {
  "POST /api/ingest/gpu-samples": {
    operationId: "postIngestGpuSamples",
    tag: "ingest",
    summary: "Samples of the GPUs of one host, as an agent sends them",
    description:
      "Answered when everything in it is stored, on disk at least, or refused for good. The body may be packed (Content-Encoding: gzip).",
    body: SampleBatch,
    answers: [{ status: 200, description: "What was taken", schema: SampleBatchAnswer }],
  },
  "POST /api/ingest/inferences": {
    operationId: "postIngestInferences",
    tag: "ingest",
    summary: "Inferences that a service has finished",
    description: "The body may be packed (Content-Encoding: gzip).",
    body: InferenceReport,
    answers: [{ status: 200, description: "What was counted", schema: InferenceReportAnswer }],
  },
  "GET /api/system/agents": {
    operationId: "getSystemAgents",
    tag: "system",
    summary: "Each host whose agent sends here, and whether it still does",
    answers: [{ status: 200, description: "The agents, by host", schema: FlatAgents }],
  },
};
