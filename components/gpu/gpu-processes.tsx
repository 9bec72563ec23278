"use client";
import { RotateCw } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { copyWithToast } from "@/components/ui/copy-text";
import { IconButton } from "@/components/ui/icon-button";
import { Panel } from "@/components/ui/panel";
import { SortHead } from "@/components/ui/sort-head";
import { Cell, Table } from "@/components/ui/table";
import type { GpuProcess, GpuProcessAnswer } from "@/domain/gpu/gpu-process";
import { formatDuration } from "@/domain/time/format-duration";
import { formatClock } from "@/domain/time/format-time";
import { formatGib } from "@/domain/units/format-memory";
import { NO_VALUE } from "@/domain/units/format-number";
import { processText, type ProcessColumn, processColumns, sortProcesses } from "./process-columns";

interface GpuProcessesProps {
  /** Undefined while it is asked. */
  list: GpuProcessAnswer | undefined;
  error: unknown;
  isReading: boolean;
  onRefresh: () => void;
}

interface Sort {
  by: ProcessColumn["key"];
  isDescending: boolean;
}

/** Who uses the GPU, most memory first. */
export function GpuProcesses({ list, error, isReading, onRefresh }: GpuProcessesProps) {
  const [sort, setSort] = useState<Sort>({ by: "memory", isDescending: true });
  const processes = list?.processes;
  const rows = useMemo(() => sortProcesses(processes ?? [], sort), [processes, sort]);
  return (
    <Panel
      title="Processes"
      subtitle={list && subtitleOf(list)}
      actions={
        <IconButton
          label="Read the processes again"
          icon={<RotateCw />}
          disabled={isReading}
          onClick={onRefresh}
        />
      }
      className="flex-none"
    >
      {rows.length > 0 && list?.isFresh === false && list.note !== null && (
        <p className="border-t border-line-1 px-3 py-1.5 type-12 text-fg-2">
          {list.note} This list is {formatDuration(list.ageMs)} old.
        </p>
      )}
      {rows.length === 0 ? (
        <p role="status" className="border-t border-line-1 px-3 py-2 type-12 text-fg-3">
          {emptyText(list, error)}
        </p>
      ) : (
        <Rows rows={rows} sort={sort} onSort={setSort} />
      )}
    </Panel>
  );
}

function subtitleOf({ processes, isCut, readAtMs, problem }: GpuProcessAnswer): string {
  if (problem !== null) return "not read";
  const count = isCut ? `the first ${processes.length}` : String(processes.length);
  return `${count}, read at ${formatClock(readAtMs, { seconds: true })}`;
}

function emptyText(list: GpuProcessAnswer | undefined, error: unknown): string {
  if (list === undefined)
    return error === null
      ? "The driver is asked for its processes."
      : `${NO_VALUE} ${describeError(error).message}`;
  if (list.problem !== null) return `${NO_VALUE} ${list.problem}`;
  return "No process uses this GPU now.";
}

function Rows(props: { rows: readonly GpuProcess[]; sort: Sort; onSort: (sort: Sort) => void }) {
  const { rows, sort, onSort } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const sumMib = rows.reduce((sum, { memoryUsedMib }) => sum + (memoryUsedMib ?? 0), 0);
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>, process: GpuProcess) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" } as const;
    if (event.key === "y")
      void copyWithToast(processText(process), `Process ${process.pid} copied`);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const row = event.currentTarget[next[event.key]];
      if (row instanceof HTMLElement) row.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Processes"
      className="max-h-72 overflow-auto outline-offset-[-2px]"
    >
      <Table>
        <caption className="sr-only">Processes on this GPU; y copies a row</caption>
        <thead className="sticky top-0 bg-surface-1">
          <tr>
            {processColumns.map((column) => (
              <SortHead key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((process, place) => (
            <tr
              key={`${process.pid} ${process.kind ?? ""}`}
              tabIndex={place === 0 ? 0 : -1}
              onKeyDown={(event) => {
                onKeyDown(event, process);
              }}
              className="-outline-offset-2 hover:bg-surface-2 focus:bg-accent-soft"
            >
              {processColumns.map((column) => (
                <Cell
                  key={column.key}
                  isNumber={column.isNumber === true}
                  className={column.className}
                >
                  {column.cell(process)}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <p className="sticky bottom-0 border-t border-line-1 bg-surface-1 px-3 py-1.5 type-12 text-fg-3">
        Together <b className="font-medium text-fg-1">{formatGib(sumMib)} GiB</b>; the driver and
        contexts hold the rest of what is used
      </p>
    </div>
  );
}
