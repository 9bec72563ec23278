import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import { GpuSample, type GpuValues } from "@/domain/gpu/gpu-sample";
import { decodeMissing, encodeMissing } from "@/domain/gpu/missing-code";
import { storableSample } from "@/domain/gpu/storable-sample";

const VERSION = 1;
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

// What seldom changes is written once (heads), the rest in columns, those that are null throughout left out; then deflated.
const Columns = z.object({
  heads: z.array(z.record(z.string(), z.unknown())),
  head: z.array(z.int().min(0)),
  timeMs: z.array(z.number()),
  values: z.record(z.string(), z.array(z.number().nullable())),
});
type Columns = z.infer<typeof Columns>;

/** Samples as the payload of one record: a version byte, then JSON in columns, deflated. About 60 bytes a sample. */
export function encodeSpooledSamples(samples: readonly GpuSample[]): Buffer {
  const heads = new Map<string, number>();
  const columns: Columns = { heads: [], head: [], timeMs: [], values: {} };
  for (const { values: _values, recordedAtMs, missing, ...facts } of samples) {
    const head = { ...facts, missing: encodeMissing(missing) };
    const key = JSON.stringify(head);
    const at = heads.get(key) ?? columns.heads.push(head) - 1;
    heads.set(key, at);
    columns.head.push(at);
    columns.timeMs.push(recordedAtMs);
  }
  for (const metric of gpuMetrics) {
    const column = samples.map(({ values }) => values[metric]);
    if (column.some((value) => value !== null)) columns.values[gpuMetricFacts[metric].key] = column;
  }
  const body = deflateRawSync(JSON.stringify(columns), { level: 1 });
  return Buffer.concat([Buffer.from([VERSION]), body]);
}

/**
 * The samples of a record, ready to be stored. One that is no sample (of a release that knew others) is left out; null when nothing
 * of it can be read.
 */
export function decodeSpooledSamples(payload: Buffer): GpuSample[] | null {
  if (payload[0] !== VERSION) return null;
  try {
    const options = { maxOutputLength: MAX_INFLATED_BYTES };
    const text = inflateRawSync(payload.subarray(1), options).toString("utf8");
    const columns = Columns.parse(JSON.parse(text));
    return columns.timeMs.flatMap((_, at) => sampleAt(columns, at) ?? []);
  } catch {
    return null;
  }
}

function sampleAt(columns: Columns, at: number): GpuSample | null {
  const { missing, ...facts } = columns.heads[columns.head[at] ?? -1] ?? {};
  const values = Object.fromEntries(
    gpuMetrics.map((metric) => [metric, columns.values[gpuMetricFacts[metric].key]?.[at] ?? null]),
  ) as GpuValues;
  const sample = GpuSample.safeParse({
    ...facts,
    recordedAtMs: columns.timeMs[at],
    values,
    missing: decodeMissing(typeof missing === "string" ? missing : ""),
  });
  return sample.success ? storableSample(sample.data) : null;
}
