"use client";
import { PointsTable } from "@/components/charts/points-table";
import type { UtilizationBar } from "@/domain/tokens/utilization-bars";
import { formatFull } from "@/domain/units/format-number";

interface ContextTableProps {
  bars: readonly UtilizationBar[];
  services: readonly { name: string }[];
}

const TABLE_PX = 230;

/** The histogram in figures: a row for each 5 % in which there was a prompt. */
export function ContextTable({ bars, services }: ContextTableProps) {
  const filled = bars.filter(({ total }) => total > 0);
  return (
    <PointsTable
      caption="Prompts by the share of the context used"
      columns={[
        { key: "share", head: "Used, %" },
        ...services.map(({ name }) => ({ key: name, head: name, isNumber: true })),
        { key: "over", head: "Over", isNumber: true },
        { key: "cut", head: "Cut", isNumber: true },
      ]}
      rowCount={filled.length}
      heightPx={TABLE_PX}
      keyOf={(row) => filled[row]?.fromPercent ?? row}
      cellsOf={(row) => {
        const bar = filled[row];
        if (bar === undefined) return [];
        const { fromPercent, fitted, over, cut } = bar;
        const share = fromPercent === 135 ? "135 and more" : `${fromPercent} – ${fromPercent + 5}`;
        return [share, ...[...fitted, over, cut].map((count) => formatFull(count))];
      }}
    />
  );
}
