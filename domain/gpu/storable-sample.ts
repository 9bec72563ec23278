import { gpuMetricFacts, gpuMetrics } from "./gpu-metric-facts";
import type { GpuSample } from "./gpu-sample";
import { quarantine } from "./quarantine";

/** What PostgreSQL stores in no text: NUL and half a surrogate pair (with u, a whole pair is no surrogate). */
const UNSTORABLE_TEXT = /[\0\p{Surrogate}]/u;
const ALL_UNSTORABLE_TEXT = /[\0\p{Surrogate}]/gu;

function storableText(text: string): string {
  return text.replaceAll(ALL_UNSTORABLE_TEXT, "\uFFFD");
}

const texts = ["gpuUuid", "host", "gpuName", "parentUuid", "migProfile"] as const;
const orNull = (text: string | null) => (text === null ? null : storableText(text));

const bounds = gpuMetrics.map((metric) => ({ metric, ...gpuMetricFacts[metric] }));

function hasStorableValues({ values, missing }: GpuSample): boolean {
  for (const { metric, min, max, storedAs } of bounds) {
    const value = values[metric];
    if ((value === null) === (missing[metric] === undefined)) return false;
    if (value === null) continue;
    if (!(value >= min && value <= max) || Object.is(value, -0)) return false;
    if (storedAs === "integer" && !Number.isInteger(value)) return false;
  }
  const { memoryUsedMib, memoryTotalMib } = values;
  return memoryUsedMib === null || memoryTotalMib === null || memoryUsedMib <= memoryTotalMib;
}

/**
 * The sample as it is kept in memory and in the database, so that both answer the same: no impossible value, whole
 * numbers where the column holds whole numbers, text that PostgreSQL can hold. The same object when nothing had to change.
 */
export function storableSample(sample: GpuSample): GpuSample {
  const hasBadText = texts.some((key) => UNSTORABLE_TEXT.test(sample[key] ?? ""));
  if (!hasBadText && hasStorableValues(sample)) return sample;
  const { values, missing } = quarantine(sample);
  return {
    ...sample,
    gpuUuid: storableText(sample.gpuUuid),
    host: storableText(sample.host),
    gpuName: orNull(sample.gpuName),
    parentUuid: orNull(sample.parentUuid),
    migProfile: orNull(sample.migProfile),
    values,
    missing,
  };
}
