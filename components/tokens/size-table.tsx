"use client";
import { useMemo } from "react";
import { PointsTable } from "@/components/charts/points-table";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import type { UsageLine } from "@/domain/tokens/usage-lines";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";

const TABLE_PX = 230;
const whole = (value: number | null | undefined) =>
  value === null || value === undefined ? NO_VALUE : formatFull(Math.round(value));

/** The chart of sizes in figures, newest first. */
export function SizeTable({ lines, nowMs }: { lines: readonly UsageLine[]; nowMs: number }) {
  const rows = useMemo(
    () =>
      lines
        .flatMap((line) => line.timesMs.map((atMs, place) => ({ line, atMs, place })))
        .sort((left, right) => right.atMs - left.atMs),
    [lines],
  );
  return (
    <PointsTable
      caption="Prompt sizes in tokens, newest first"
      columns={[
        { key: "time", head: "Time" },
        { key: "service", head: "From" },
        { key: "prompts", head: "Prompts", isNumber: true },
        { key: "mean", head: "Mean", isNumber: true },
        { key: "p5", head: "p5", isNumber: true },
        { key: "p95", head: "p95", isNumber: true },
      ]}
      rowCount={rows.length}
      heightPx={TABLE_PX}
      keyOf={(row) => `${rows[row]?.atMs} ${rows[row]?.line.service}`}
      cellsOf={(row) => {
        const known = rows[row];
        if (known === undefined) return [];
        const { line, atMs, place } = known;
        return [
          <time key="time" dateTime={formatIso(atMs)} title={formatIso(atMs)}>
            {formatDay(atMs, { nowMs })} {formatClock(atMs)}
          </time>,
          line.service,
          whole(line.prompts[place]),
          whole(line.mean[place]),
          whole(line.p5[place]),
          whole(line.p95[place]),
        ];
      }}
    />
  );
}
