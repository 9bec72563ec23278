import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { DatabaseGuard } from "./database-guard";
import type { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";

/** What the verbs of GPUs need. */
export interface GpuContext {
  readFleet: () => GpuFleet;
  ring: GpuRing;
  store: Pick<GpuStore, "readHistory" | "readNewest">;
  /** Around each read of the store that somebody waits for. */
  guard: DatabaseGuard;
  pollIntervalMs: number;
  nowMs: () => number;
}
