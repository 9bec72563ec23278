"use client";
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

function countGpus(gpus: readonly { stale: boolean }[]): string {
  if (gpus.length === 0) return "No GPU reports";
  const staleCount = gpus.filter((gpu) => gpu.stale).length;
  const count = gpus.length === 1 ? "1 GPU" : `${gpus.length} GPUs`;
  return staleCount === 0 ? count : `${count}, ${staleCount} stale`;
}
