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
};
