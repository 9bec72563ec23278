import type { FleetTotals } from "@/domain/fleet/fleet-totals";
import { formatGib } from "@/domain/units/format-memory";
import { formatFigure } from "@/domain/units/format-number";

/** The fleet in one line: `6 GPUs, 5 live, 152.8 of 252.0 GiB, 801 W`. Sums are of live GPUs. */
export function FleetLine({ totals }: { totals: FleetTotals }) {
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
      <b className="font-semibold text-fg-1">{gpuCount === 1 ? "1 GPU" : `${gpuCount} GPUs`}</b>,{" "}
      {liveCount} live, {memory}, {power}
    </p>
  );
}
