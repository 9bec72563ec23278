"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { type KeyboardEvent, useRef, useState } from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { withRange } from "@/components/layout/time-range";
import { cn } from "@/components/ui/class-names";
import { copyWithToast } from "@/components/ui/copy-text";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { gpuHref } from "./gpu-href";
import { gpuRowText } from "./gpu-row-text";
import { type GpuTableColumn, gpuTableColumns } from "./gpu-table-columns";
import { type GpuSort, sortGpus } from "./sort-gpus";

interface GpuTableProps {
  gpus: readonly LatestGpu[];
  nowMs: number;
  sort: GpuSort;
  onSort: (sort: GpuSort) => void;
}

/** All GPUs in rows: sortable, by keyboard (j, k, Enter, y), scrolling inside its panel. */
export function GpuTable({ gpus, nowMs, sort, onSort }: GpuTableProps) {
  const router = useRouter();
  const params = useSearchParams();
  const body = useRef<HTMLTableSectionElement>(null);
  const column = gpuTableColumns.find(({ key }) => key === sort.by) ?? gpuTableColumns[0];
  const sorted = column ? sortGpus(gpus, column.sortValue, sort.isDescending) : gpus;
  // Live values re-sort the rows, but never under the keyboard of somebody who stands in one.
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const rows = held === null ? sorted : inOrder(sorted, held);
  const open = ({ sample }: LatestGpu) => {
    router.push(withRange(gpuHref(sample.gpuUuid), params));
  };
  const onKeyDown = (event: KeyboardEvent, gpu: LatestGpu) => {
    // `y` anywhere in a row copies the row; elsewhere the frame copies the link.
    if (event.key === "y" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      void copyWithToast(gpuRowText(gpu), `GPU ${gpu.sample.gpuIndex} copied`);
    }
    if (event.target !== event.currentTarget) return;
    if (event.key === "Enter") open(gpu);
    else if (event.key === "ArrowDown") focusRow(body.current, 1);
    else if (event.key === "ArrowUp") focusRow(body.current, -1);
    else return;
    event.preventDefault();
  };
  useRowKeys(body);

  return (
    <div
      role="region"
      aria-label="Table of GPUs"
      tabIndex={0}
      className="relative overflow-x-auto outline-offset-[-2px]"
    >
      <table className="w-full border-collapse type-12">
        <caption className="sr-only">GPUs, newest values</caption>
        <thead>
          <tr>
            {gpuTableColumns.map((one) => (
              <SortableHead key={one.key} column={one} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody
          ref={body}
          onFocus={() => {
            setHeld((known) => known ?? rows.map(({ sample }) => sample.gpuUuid));
          }}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setHeld(null);
          }}
        >
          {rows.map((gpu) => (
            <tr
              key={gpu.sample.gpuUuid}
              tabIndex={-1}
              data-gpu={gpu.sample.gpuUuid}
              onKeyDown={(event) => {
                onKeyDown(event, gpu);
              }}
              onDoubleClick={() => {
                open(gpu);
              }}
              className={cn(
                "border-line-1 not-last:border-b hover:bg-surface-2 focus:bg-accent-soft focus:shadow-[inset_2px_0_0_var(--accent)] focus:outline-none",
                gpu.stale && "text-fg-3",
              )}
            >
              {gpuTableColumns.map((one) => (
                <td
                  key={one.key}
                  className={cn(
                    "h-9.5 px-2 whitespace-nowrap first:pl-3 last:pr-3 max-md:h-11",
                    one.isNumber === true && "text-right",
                  )}
                >
                  {one.cell(gpu, nowMs)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SortableHead(props: {
  column: GpuTableColumn;
  sort: GpuSort;
  onSort: (sort: GpuSort) => void;
}) {
  const { column, sort, onSort } = props;
  const isSorted = column.key === sort.by;
  const Arrow = sort.isDescending ? ArrowDown : ArrowUp;
  const direction = sort.isDescending ? "descending" : "ascending";
  return (
    <th
      scope="col"
      aria-sort={isSorted ? direction : "none"}
      className="h-6.5 border-b border-line-1 p-0"
    >
      <button
        type="button"
        onClick={() => {
          // Figures are sorted to find the most of something, names to find one.
          const isDescending = isSorted ? !sort.isDescending : column.isNumber === true;
          onSort({ by: column.key, isDescending });
        }}
        className={cn(
          "flex h-6.5 w-full items-center gap-0.5 px-2 type-11 font-medium whitespace-nowrap text-fg-3 -outline-offset-2 hover:text-fg-1 max-md:h-11",
          column.isNumber === true && "justify-end",
          column.key === "gpu" && "pl-3",
          isSorted && "text-fg-1",
        )}
      >
        {column.head}
        {isSorted && <Arrow className="size-2.5" />}
      </button>
    </th>
  );
}

/** The rows as they stood; what is new comes last. */
function inOrder(gpus: readonly LatestGpu[], uuids: readonly string[]): LatestGpu[] {
  const places = new Map(uuids.map((uuid, place) => [uuid, place]));
  const placeOf = ({ sample }: LatestGpu) => places.get(sample.gpuUuid) ?? uuids.length;
  return [...gpus].sort((left, right) => placeOf(left) - placeOf(right));
}

function rowsOf(body: HTMLTableSectionElement | null): HTMLTableRowElement[] {
  return [...(body?.querySelectorAll<HTMLTableRowElement>("tr[data-gpu]") ?? [])];
}

function focusRow(body: HTMLTableSectionElement | null, step: 1 | -1) {
  const rows = rowsOf(body);
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus();
}

function useRowKeys(body: { readonly current: HTMLTableSectionElement | null }) {
  useShortcut({ keys: "j", label: "Next GPU", group: "On this page" }, () => {
    focusRow(body.current, 1);
  });
  useShortcut({ keys: "k", label: "GPU before", group: "On this page" }, () => {
    focusRow(body.current, -1);
  });
}
