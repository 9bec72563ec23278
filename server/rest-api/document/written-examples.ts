const NOON_MS = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;
const gpuUuids = ["GPU-5c1e7a52-90ce-4a3f-8d53-2f2a4c1b7e90"];
const range = { fromMs: NOON_MS - HOUR_MS, toMs: NOON_MS };

/** Inputs of procedures whose fields depend on each other: such an example cannot be made from the schema. */
export const writtenExamples: Readonly<Record<string, object>> = {
  "audit.list": { limit: 100, action: "key", ...range },
  "gpu.history": {
    gpuUuids,
    metrics: ["utilizationPercent", "memoryUsedMib"],
    ...range,
    maxPoints: 360,
  },
  "gpu.pressureEvents": { gpuUuids, ...range },
  "tokens.count": { text: "Who is at the door?", model: "nemotron-mini" },
  "tokens.dryRun": range,
  "tokens.history": { ...range, maxPoints: 120 },
  "tokens.ledger": { ...range, limit: 100 },
  "tokens.promptSample": { id: "4711" },
  "tokens.removals": { ...range, maxPoints: 120 },
  "tokens.silentCuts": range,
  "tokens.summary": range,
  "tokens.truncate": {
    sections: [
      { name: "weather_context", text: "Rain since noon.\n" },
      { name: "question", text: "Who is at the door?", required: true },
    ],
    maxTokens: 8,
    markRemoved: false,
  },
  "tokens.validate": {
    messages: [{ role: "user", content: "Who is at the door?" }],
    model: "nemotron-mini",
    service: "analyzer",
    maxOutputTokens: 1_536,
  },
};
