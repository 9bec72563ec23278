import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { storableSample } from "@/domain/gpu/storable-sample";
import type { GpuRing } from "./gpu-ring";

const MAX_AHEAD_MS = 86_400_000;

/** Why a sample is not taken at all: its clock is wrong, or there are more GPUs than are kept. */
export const refusalReasons = ["too_old", "too_far_ahead", "too_many_gpus"] as const;
export type Refusal = (typeof refusalReasons)[number];

interface AdmissionOptions {
  ring: GpuRing;
  nowMs: number;
  /** Single samples are kept this long; older ones would be dropped again at once. */
  rawRetentionMs: number;
}

function clockRefusal(sample: GpuSample, options: AdmissionOptions): Refusal | null {
  const { nowMs, rawRetentionMs } = options;
  if (sample.recordedAtMs < nowMs - rawRetentionMs) return "too_old";
  if (sample.recordedAtMs > nowMs + MAX_AHEAD_MS) return "too_far_ahead";
  return null;
}

export interface Admission {
  admitted: GpuSample[];
  /** One a sample that was not taken. */
  refusals: Refusal[];
}

/** Makes samples storable and puts them into the ring; what is admitted may be stored and shown. */
export function admitSamples(samples: readonly GpuSample[], options: AdmissionOptions): Admission {
  const admitted: GpuSample[] = [];
  const refusals: Refusal[] = [];
  for (const raw of samples) {
    const sample = storableSample(raw);
    const refusal =
      clockRefusal(sample, options) ?? (options.ring.push(sample) ? null : "too_many_gpus");
    if (refusal) refusals.push(refusal);
    else admitted.push(sample);
  }
  return { admitted, refusals };
}
