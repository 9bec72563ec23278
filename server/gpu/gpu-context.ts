import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { CleanUpContext } from "./clean-up";
import type { DatabaseGuard } from "./database-guard";
import type { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import type { ProcessesMemory } from "./processes-memory";
import type { QuarantinedMemory } from "./quarantined-memory";

/** What the verbs of GPUs need. */
export interface GpuContext {
  readFleet: () => GpuFleet;
  ring: GpuRing;
  store: Pick<GpuStore, "readHistory" | "readNewest" | "readRawHours" | "countSamples">;
  /** Around each read of the store that somebody waits for. */
  guard: DatabaseGuard;
  pollIntervalMs: number;
  /** The portal's own machine, as its collector names it. */
  hostName: string;
  /** Number of the last tick: what is made of the newest samples is good until it changes. */
  tickSequence: () => number;
  nowMs: () => number;
}

/** What the router needs beside. */
export interface GpuRouterContext extends GpuContext {
  processes: ProcessesMemory;
  quarantined: QuarantinedMemory;
  cleanUp: CleanUpContext;
}
