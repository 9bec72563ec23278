import type { Logger } from "pino";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { type Admission, admitSamples, type Refusal } from "./admit-samples";
import type { GpuRing } from "./gpu-ring";

/** The one door for samples: into the ring, with what is refused counted and said once a reason. */
export function createAdmission(options: {
  ring: GpuRing;
  logger: Pick<Logger, "warn">;
  nowMs: () => number;
  rawRetentionMs: number;
}) {
  const { ring, logger, nowMs, rawRetentionMs } = options;
  const refused: Record<Refusal, number> = { too_old: 0, too_far_ahead: 0, too_many_gpus: 0 };
  return {
    /** By reason, since the start. */
    refused,
    admit: (samples: readonly GpuSample[]): Admission => {
      const admission = admitSamples(samples, { ring, nowMs: nowMs(), rawRetentionMs });
      for (const refusal of admission.refusals) {
        refused[refusal]++;
        if (refused[refusal] === 1)
          logger.warn({ refusal }, "GPU samples are refused: sightline_gpu_samples_refused_total");
      }
      return admission;
    },
  };
}
