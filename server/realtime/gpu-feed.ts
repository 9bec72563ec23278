import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import type { PressureChange } from "@/domain/pressure/gpu-pressure";
import type { GpuTick, SourceChange } from "@/domain/realtime/realtime-events";

/** What the sockets need of the GPU feature. Both subscriptions answer the function that ends them. */
export interface GpuFeed {
  onTick(listener: (tick: GpuTick) => void): () => void;
  onSources(listener: (change: SourceChange) => void): () => void;
  fleet(): GpuFleet;
}

/** What the sockets need of memory pressure. */
export interface PressureFeed {
  onChange(listener: (change: PressureChange) => void): () => void;
}
