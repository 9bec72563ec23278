import { cn } from "@/components/ui/class-names";
import type { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { GpuCard } from "./gpu-card";
import type { GpuHistoryView } from "./use-gpu-history";

interface GpuCardGridProps {
  fleet: GpuFleet;
  nowMs: number;
  history: GpuHistoryView;
  className?: string;
}

/** A card for each GPU; the fewer there are, the wider they stand. */
export function GpuCardGrid({ fleet, nowMs, history, className }: GpuCardGridProps) {
  return (
    <ul
      className={cn(
        "grid gap-3 max-md:grid-cols-1 max-md:gap-2",
        columnsFor(fleet.gpus.length),
        className,
      )}
    >
      {fleet.gpus.map((gpu) => (
        <li key={gpu.sample.gpuUuid} className="min-w-0">
          <GpuCard
            gpu={gpu}
            nowMs={nowMs}
            series={history.series.get(gpu.sample.gpuUuid)}
            span={history}
            known={history.known}
          />
        </li>
      ))}
    </ul>
  );
}

function columnsFor(count: number): string {
  if (count === 1) return "grid-cols-1";
  return count === 2 || count === 4 ? "grid-cols-2" : "grid-cols-2 lg:grid-cols-3";
}
