import * as z from "zod";
import type { GpuFleet, LatestGpu } from "@/domain/gpu/gpu-fleet";
import { GpuChoice } from "@/domain/gpu/gpu-history-request";
import { AppError } from "@/server/errors";
import { chooseGpu } from "@/server/gpu";
import type { ToolContext } from "./tool";

/** An argument that names a GPU. */
export const gpuArgument = GpuChoice.describe(
  "A GPU: its index (0), host/index (node1/0) or UUID, as get_gpu_state shows them.",
);

/** How every answer names a GPU. */
export const GpuIdentity = z.object({
  gpu: z.string().describe("host/index, or the UUID of a MIG instance; other tools take it"),
  uuid: z.string(),
  name: z.string().nullable(),
});
export type GpuIdentity = z.infer<typeof GpuIdentity>;

export function identityOf({ sample }: LatestGpu): GpuIdentity {
  const { gpuUuid: uuid, gpuName: name } = sample;
  return { gpu: labelOf(sample), uuid, name };
}

/** As `gpu` arguments take it. */
export function labelOf(gpu: {
  gpuUuid: string;
  host: string;
  gpuIndex: number;
  parentUuid: string | null;
}): string {
  // A MIG instance shares the index of its GPU, and a host of old rows has no name.
  const hasPlace = gpu.parentUuid === null && gpu.host !== "";
  return hasPlace ? `${gpu.host}/${gpu.gpuIndex}` : gpu.gpuUuid;
}

/** By UUID, for answers that name GPUs which may be gone. */
export function labelsOf(fleet: GpuFleet): (gpuUuid: string) => string {
  const labels = new Map(fleet.gpus.map(({ sample }) => [sample.gpuUuid, labelOf(sample)]));
  return (gpuUuid) => labels.get(gpuUuid) ?? gpuUuid;
}

/** The GPU that is meant. Throws NOT_FOUND. */
export function chosenGpu(ctx: ToolContext, fleet: GpuFleet, choice: GpuChoice): LatestGpu {
  const gpu = chooseGpu(ctx, fleet, choice);
  if (gpu === null)
    throw new AppError(
      "NOT_FOUND",
      "No GPU has this index, host/index or UUID. get_gpu_state without arguments lists all.",
    );
  return gpu;
}

/** The GPUs that are meant, each once; without a choice all. Throws NOT_FOUND. */
export function chosenGpus(
  ctx: ToolContext,
  fleet: GpuFleet,
  choices: readonly GpuChoice[] | undefined,
): LatestGpu[] {
  if (choices === undefined) return fleet.gpus;
  return [...new Set(choices.map((choice) => chosenGpu(ctx, fleet, choice)))];
}
