import { cn } from "@/components/ui/class-names";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { GpuCard } from "./gpu-card";
import type { GpuHistoryView } from "./use-gpu-history";

interface GpuCardGridProps {
  rows: readonly FleetRow[];
  nowMs: number;
  history: GpuHistoryView;
  className?: string;
}

/** A card for each GPU; the fewer there are, the wider they stand. MIG instances are shown on the card of their GPU. */
export function GpuCardGrid({ rows, nowMs, history, className }: GpuCardGridProps) {
  const whole = rows.filter(({ parentUuid }) => parentUuid === null);
  return (
    <ul
      className={cn(
        "grid gap-3 max-md:grid-cols-1 max-md:gap-2",
        columnsFor(whole.length),
        className,
      )}
    >
      {whole.map(({ gpu, label }) => {
        const { gpuUuid } = gpu.sample;
        return (
          <li key={gpuUuid} className="min-w-0">
            <GpuCard
              gpu={gpu}
              label={label}
              instances={rows.filter((row) => row.parentUuid === gpuUuid).map((row) => row.gpu)}
              nowMs={nowMs}
              series={history.series.get(gpuUuid)}
              span={history}
              known={history.known}
            />
          </li>
        );
      })}
    </ul>
  );
}

function columnsFor(count: number): string {
  if (count === 1) return "grid-cols-1";
  return count === 2 || count === 4 ? "grid-cols-2" : "grid-cols-2 lg:grid-cols-3";
}
