"use client";
import { useState } from "react";
import { useGpuTicks } from "@/components/layout/live-connection";
import { useFleet } from "@/components/layout/use-fleet";
import { fleetRows } from "@/domain/fleet/fleet-rows";
import type { GpuTick } from "@/domain/realtime/realtime-events";

export interface GpuMemory {
  uuid: string;
  /** "GPU 0", "atlas 0", "GPU 0, MIG 1". */
  label: string;
  model: string;
  /** Null: not told. */
  usedMib: number | null;
  totalMib: number | null;
  isStale: boolean;
  isSimulated: boolean;
}

/** Memory of all GPUs and MIG instances, live: the server's answer first, each tick on top of it. */
export function useGpuMemory(): { gpus: readonly GpuMemory[] | undefined; error: unknown } {
  const { data, error } = useFleet();
  const [ticked, setTicked] = useState<ReadonlyMap<string, { atMs: number; usedMib: number }>>(
    new Map(),
  );
  useGpuTicks("gpus", (tick: GpuTick) => {
    setTicked((known) => {
      const next = new Map(known);
      for (const { gpuUuid, recordedAtMs, values } of tick.samples)
        if (values.memoryUsedMib !== null)
          next.set(gpuUuid, { atMs: recordedAtMs, usedMib: values.memoryUsedMib });
      return next;
    });
  });
  const gpus =
    data &&
    fleetRows(data.gpus).map((row): GpuMemory => {
      const { sample, stale } = row.gpu;
      const newer = ticked.get(sample.gpuUuid);
      const isNewer = newer !== undefined && newer.atMs > sample.recordedAtMs;
      return {
        uuid: sample.gpuUuid,
        label: row.name,
        model: sample.gpuName ?? "",
        usedMib: isNewer ? newer.usedMib : sample.values.memoryUsedMib,
        totalMib: sample.values.memoryTotalMib,
        isStale: stale && !isNewer,
        isSimulated: sample.source === "simulated",
      };
    });
  return { gpus, error };
}
