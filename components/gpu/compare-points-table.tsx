"use client";
import { useMemo } from "react";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { laneColumns } from "./fleet-points";
import { FleetPointsTable } from "./fleet-points-table";
import type { GpuHistoryView } from "./use-gpu-history";

interface ComparePointsTableProps {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  heightPx: number;
}

/** A comparison as a table. */
export function ComparePointsTable({ rows, history, heightPx }: ComparePointsTableProps) {
  const { series, known, toMs } = history;
  const columns = useMemo(() => laneColumns(rows, series), [rows, series]);
  return (
    <FleetPointsTable
      columns={columns}
      what="Means"
      stepMs={known.stepMs}
      nowMs={toMs}
      heightPx={heightPx}
    />
  );
}
