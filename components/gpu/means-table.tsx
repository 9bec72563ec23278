"use client";
import { useMemo } from "react";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { laneColumns } from "./fleet-points";
import { FleetPointsTable } from "./fleet-points-table";
import type { GpuHistoryView } from "./use-gpu-history";

interface MeansTableProps {
  rows: readonly FleetRow[];
  history: GpuHistoryView;
  heightPx: number;
}

/** The lanes of several GPUs as a table. */
export function MeansTable({ rows, history, heightPx }: MeansTableProps) {
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
