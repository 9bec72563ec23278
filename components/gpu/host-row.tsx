import { Server } from "lucide-react";
import { StaleBadge } from "@/components/ui/badge";
import type { FleetHost } from "@/domain/fleet/fleet-hosts";
import { formatClock, formatIso } from "@/domain/time/format-time";

interface HostRowProps {
  host: FleetHost;
  nowMs: number;
  columnCount: number;
  rowIndex: number;
}

/** Above the GPUs of a host: how many they are, and since when the host is silent if it is. */
export function HostRow({ host, nowMs, columnCount, rowIndex }: HostRowProps) {
  const { lostSinceMs, gpuCount, staleCount } = host;
  return (
    <tr aria-rowindex={rowIndex} className="border-b border-line-1 bg-surface-2">
      <th
        scope="rowgroup"
        colSpan={columnCount}
        className="h-7 px-3 text-left font-normal whitespace-nowrap text-fg-3 max-md:h-11"
      >
        <span className="sticky left-3 inline-flex items-center gap-2">
          <Server className="size-3.5" />
          <b className="font-semibold text-fg-1">{host.host}</b>
          {gpuCount === 1 ? "1 GPU" : `${gpuCount} GPUs`}
          {lostSinceMs === null && staleCount > 0 && <span>{staleCount} silent</span>}
          {lostSinceMs !== null && (
            <>
              <StaleBadge ageMs={nowMs - lostSinceMs} title={formatIso(lostSinceMs)} />
              <span>
                lost since {formatClock(lostSinceMs, { seconds: true })}; the last values are shown
              </span>
            </>
          )}
        </span>
      </th>
    </tr>
  );
}
