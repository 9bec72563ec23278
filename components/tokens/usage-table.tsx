"use client";
import { useMemo } from "react";
import { DataTable } from "@/components/layout/data-table";
import type { DataSort } from "@/components/layout/sort-data-rows";
import { Panel } from "@/components/ui/panel";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { formatFull } from "@/domain/units/format-number";
import { rowKey } from "./row-colours";
import { type UsageColumnFacts, usageColumns } from "./usage-columns";

interface UsageTableProps extends UsageColumnFacts {
  rows: readonly UsageRow[];
  /** Pairs that the server left out because there are more than 200. */
  others: number;
  sort: DataSort;
  onSort: (sort: DataSort) => void;
  /** A row was chosen: the page is about that pair from then on. */
  onOpen: (row: UsageRow) => void;
  openKey: string | null;
}

/** Which model and which service: a row each. */
export function UsageTable({ rows, others, colours, profiles, ...props }: UsageTableProps) {
  const columns = useMemo(() => usageColumns({ colours, profiles }), [colours, profiles]);
  return (
    <Panel label="Models and services" className="flex-none overflow-hidden">
      <DataTable
        label="Models and services"
        columns={columns}
        rows={rows}
        keyOf={rowKey}
        nameOf={(row) => `${row.model} from ${row.service}`}
        density="log"
        hasKeys
        {...props}
        className="max-h-80"
      />
      {others > 0 && (
        <p className="flex h-8 items-center border-t border-line-1 px-3 type-12 text-fg-3">
          {formatFull(others)} more with fewer prompts are not listed. Narrow the range, or choose a
          service or a model.
        </p>
      )}
    </Panel>
  );
}
