import type { FleetTotals } from "@/domain/fleet/fleet-totals";
import { formatGib } from "@/domain/units/format-memory";
import { formatFigure } from "@/domain/units/format-number";

/** The fleet in one line: `6 GPUs on 4 hosts, 5 live, 152.8 of 252.0 GiB, 801 W`. Sums are of live GPUs. */
export function FleetLine({ totals, hostCount }: { totals: FleetTotals; hostCount: number }) {
  const { gpuCount, liveCount, memoryUsedMib, memoryTotalMib, powerWatts } = totals;
  const memory =
    memoryUsedMib === null
      ? "VRAM not reported"
      : memoryTotalMib === null
        ? `${formatGib(memoryUsedMib)} GiB used`
        : `${formatGib(memoryUsedMib)} of ${formatGib(memoryTotalMib)} GiB`;
  const power = powerWatts === null ? "power not reported" : `${formatFigure(powerWatts)} W`;
  return (
    <p className="text-fg-2">
      <b className="font-semibold text-fg-1">{gpuCount === 1 ? "1 GPU" : `${gpuCount} GPUs`}</b>
      {hostCount > 1 && ` on ${hostCount} hosts`}, {liveCount} live, {memory}, {power}
    </p>
  );
}
