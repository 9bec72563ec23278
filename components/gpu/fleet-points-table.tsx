"use client";
import { useMemo } from "react";
import { PointsTable } from "@/components/charts/points-table";
import { joinColumns } from "@/domain/chart/join-columns";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import type { FleetColumn } from "./fleet-points";

interface FleetPointsTableProps {
  columns: readonly FleetColumn[];
  /** "Means" or "Most": what of a bucket is shown. */
  what: string;
  stepMs: number | null;
  nowMs: number;
  heightPx: number;
}

/** A chart of all GPUs as a table, newest first, with every digit. */
export function FleetPointsTable(props: FleetPointsTableProps) {
  const { columns, what, stepMs, nowMs, heightPx } = props;
  const { timesMs, rows } = useMemo(() => joinColumns(columns), [columns]);
  const last = timesMs.length - 1;
  return (
    <PointsTable
      caption={
        stepMs === null
          ? "Samples, newest first"
          : `${what} of ${formatDuration(stepMs)}, newest first`
      }
      columns={[
        { key: "time", head: "Time" },
        ...columns.map(({ key, head }) => ({ key, head, isNumber: true })),
      ]}
      rowCount={timesMs.length}
      heightPx={heightPx}
      keyOf={(row) => timesMs[last - row] ?? row}
      cellsOf={(row) => {
        const timeMs = timesMs[last - row] ?? 0;
        return [
          <time key="time" dateTime={formatIso(timeMs)} title={formatIso(timeMs)}>
            {formatDay(timeMs, { nowMs })} {formatClock(timeMs, { seconds: true })}
          </time>,
          ...(rows[last - row] ?? []).map((value, place) =>
            value === null ? (
              <span key={place} className="text-fg-3">
                {NO_VALUE} no value
              </span>
            ) : (
              formatFull(value)
            ),
          ),
        ];
      }}
    />
  );
}
