import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuProcessAnswer } from "@/domain/gpu/gpu-process";
import { AppError } from "@/server/errors";
import type { ProcessesMemory } from "./processes-memory";

interface ProcessesContext {
  hostName: string;
  readFleet: () => GpuFleet;
  processes: Pick<ProcessesMemory, "read">;
}

/** Who uses a GPU or MIG instance: a list of now, or after 2 s the last known one with its age; of another host the last known. */
export async function readProcesses(
  ctx: ProcessesContext,
  { gpuUuid }: { gpuUuid: string },
): Promise<GpuProcessAnswer> {
  const gpu = ctx.readFleet().gpus.find(({ sample }) => sample.gpuUuid === gpuUuid);
  if (gpu === undefined)
    throw new AppError("NOT_FOUND", "No GPU has this UUID. gpu.latest lists those there are.");
  return ctx.processes.read(gpuUuid, { isRemote: gpu.sample.host !== ctx.hostName });
}
