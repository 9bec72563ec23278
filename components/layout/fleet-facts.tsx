"use client";
import { wholeGpus } from "@/domain/fleet/fleet-rows";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { useLiveStatus } from "./live-connection";
import { useFleet } from "./use-fleet";

/** What is true now: how many GPUs, how many of them silent, how late the screen is. */
export function FleetFacts() {
  const fleet = useFleet().data;
  const delayMs = useLiveStatus((status) =>
    status.state === "open" && status.delayMs !== null ? Math.round(status.delayMs) : null,
  );
  return (
    <div className="type-11 text-fg-3">
      <div>{fleet === undefined ? "Asking for GPUs" : countGpus(fleet.gpus)}</div>
      <div title="From the newest sample to its place on this screen, middle of the last nine">
        Sample to screen {delayMs === null ? "–" : `${delayMs} ms`}
      </div>
    </div>
  );
}

function countGpus(all: readonly LatestGpu[]): string {
  if (all.length === 0) return "No GPU reports";
  const gpus = wholeGpus(all);
  const hostCount = new Set(gpus.map(({ sample }) => sample.host)).size;
  const hosts = hostCount > 1 ? `${hostCount} hosts, ` : "";
  const staleCount = gpus.filter((gpu) => gpu.stale).length;
  const count = gpus.length === 1 ? "1 GPU" : `${gpus.length} GPUs`;
  return `${hosts}${count}${staleCount === 0 ? "" : `, ${staleCount} stale`}`;
}
