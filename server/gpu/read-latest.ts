import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { GpuContext } from "./gpu-context";

/** The newest values of all GPUs, from memory. */
export function readLatest(ctx: Pick<GpuContext, "readFleet">): GpuFleet {
  return ctx.readFleet();
}
