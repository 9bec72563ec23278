import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { GpuValue } from "./gpu-value";
import { VramBar } from "./vram-bar";

/** A row's memory: the bar, and how much of how much. */
export function VramAmount({ sample, stale }: Pick<LatestGpu, "sample" | "stale">) {
  return (
    <span className="flex items-center gap-2">
      <VramBar
        usedMib={sample.values.memoryUsedMib}
        totalMib={sample.values.memoryTotalMib}
        isStale={stale}
        isSimulated={sample.source === "simulated"}
        className="w-23 flex-none"
      />
      <span>
        <GpuValue sample={sample} metric="memoryUsedMib" /> /{" "}
        <GpuValue sample={sample} metric="memoryTotalMib" />
      </span>
    </span>
  );
}
