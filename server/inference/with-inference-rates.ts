import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { InferenceLedger } from "./inference-ledger";

/**
 * The samples with `inferenceFps`: inferences that finished on the GPU in the 60 s up to the sample, ÷ 60. A source's own value stays,
 * and so does the null of a GPU for which nothing is reported. `defaultUuid`: the GPU that reports without a GPU count for.
 */
export function withInferenceRates(
  samples: readonly GpuSample[],
  { ledger, defaultUuid }: { ledger: InferenceLedger; defaultUuid: string | null },
): GpuSample[] {
  return samples.map((sample) => {
    if (sample.values.inferenceFps !== null) return sample;
    const gpu = { uuid: sample.gpuUuid, isDefault: sample.gpuUuid === defaultUuid };
    const inferenceFps = ledger.rateOf(gpu, sample.recordedAtMs);
    if (inferenceFps === null) return sample;
    const { inferenceFps: _reason, ...missing } = sample.missing;
    return { ...sample, values: { ...sample.values, inferenceFps }, missing };
  });
}
