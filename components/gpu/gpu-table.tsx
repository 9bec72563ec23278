"use client";
import { useRouter, useSearchParams } from "next/navigation";
import { type KeyboardEvent, type RefObject, useMemo, useRef, useState } from "react";
import { useShortcut } from "@/components/layout/shortcuts";
import { withRange } from "@/components/layout/time-range";
import { cn } from "@/components/ui/class-names";
import { copyWithToast } from "@/components/ui/copy-text";
import { SortHead } from "@/components/ui/sort-head";
import { useMedia } from "@/components/ui/use-media";
import { useRowWindow } from "@/components/ui/use-row-window";
import type { FleetHost } from "@/domain/fleet/fleet-hosts";
import type { FleetRow } from "@/domain/fleet/fleet-rows";
import { gpuHref } from "./gpu-href";
import { gpuRowText } from "./gpu-row-text";
import { gpuTableColumns } from "./gpu-table-columns";
import { HostRow } from "./host-row";
import { type GpuSort, LISTED_ORDER, sortRows } from "./sort-rows";
import { type TableRow, tableRows } from "./table-rows";

interface GpuTableProps {
  rows: readonly FleetRow[];
  /** Where there are several, each has a row above its GPUs. */
  hosts: readonly FleetHost[];
  nowMs: number;
  sort: GpuSort;
  onSort: (sort: GpuSort) => void;
  /** GPUs whose MIG instances are not listed. */
  closed: ReadonlySet<string>;
  onToggle: (gpuUuid: string) => void;
}

const HEIGHTS = { host: 28, gpu: 38, instance: 30, narrow: 44, head: 26 } as const;
/** From here on the table scrolls inside its panel, and only the rows in sight exist. */
const SCROLLS_FROM = 40;

/** All GPUs in rows: sortable, by keyboard (j, k, Enter, y; arrows open and close MIG), scrolling inside its panel. */
export function GpuTable(props: GpuTableProps) {
  const { nowMs, sort, closed } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const rows = useTableRows(props, held);
  const isNarrow = useMedia("(max-width: 900px)");
  const heightsPx = useMemo(
    () => rows.map((row) => (isNarrow ? HEIGHTS.narrow : HEIGHTS[row.kind])),
    [rows, isNarrow],
  );
  const view = useRowWindow(heightsPx, HEIGHTS.head);
  const doesScroll = rows.length > SCROLLS_FROM;
  const shown = doesScroll ? rows.slice(view.first, view.end) : rows;
  const first = doesScroll ? view.first : 0;
  useRowKeys(body);
  return (
    <div
      onScroll={view.onScroll}
      role="region"
      aria-label="Table of GPUs"
      tabIndex={0}
      className={cn(
        "relative overflow-x-auto outline-offset-[-2px]",
        doesScroll && "max-h-[max(320px,calc(100dvh-260px))] overflow-y-auto",
      )}
    >
      <table aria-rowcount={rows.length + 1} className="w-full border-collapse type-12">
        <caption className="sr-only">GPUs, newest values</caption>
        <thead className="sticky top-0 z-2 bg-surface-1">
          <tr aria-rowindex={1}>
            {gpuTableColumns.map((one) => (
              <SortHead
                key={one.key}
                column={one}
                sort={sort}
                onSort={props.onSort}
                className={one.key === "gpu" && "pl-3"}
              />
            ))}
          </tr>
        </thead>
        <tbody
          ref={body}
          onFocus={() => {
            // Live values re-sort the rows, but never under the keyboard of somebody who stands in one.
            setHeld((known) => known ?? rows.map(({ key }) => key));
          }}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setHeld(null);
          }}
        >
          {doesScroll && <Spacer heightPx={view.abovePx} />}
          {shown.map((row, place) =>
            row.kind === "host" ? (
              <HostRow
                key={row.key}
                host={row.host}
                nowMs={nowMs}
                columnCount={gpuTableColumns.length}
                rowIndex={first + place + 2}
              />
            ) : (
              <GpuRow
                key={row.key}
                row={row.row}
                kind={row.kind}
                nowMs={nowMs}
                rowIndex={first + place + 2}
                isOpen={!closed.has(row.key)}
                onToggle={props.onToggle}
                body={body}
              />
            ),
          )}
          {doesScroll && <Spacer heightPx={view.belowPx} />}
        </tbody>
      </table>
    </div>
  );
}

function useTableRows(props: GpuTableProps, held: readonly string[] | null): TableRow[] {
  const { rows, hosts, sort, closed } = props;
  return useMemo(() => {
    const column = gpuTableColumns.find(({ key }) => key === sort.by) ?? gpuTableColumns[0];
    const sorted = column ? sortRows(rows, column.sortValue, sort) : [...rows];
    const listed = tableRows(sorted, {
      hosts: sort.by === LISTED_ORDER && hosts.length > 1 ? hosts : [],
      closed,
    });
    return held === null ? listed : inOrder(listed, held);
  }, [rows, hosts, sort, closed, held]);
}

function Spacer({ heightPx }: { heightPx: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={gpuTableColumns.length} style={{ height: heightPx, padding: 0 }} />
    </tr>
  );
}

interface GpuRowProps {
  row: FleetRow;
  kind: "gpu" | "instance";
  nowMs: number;
  rowIndex: number;
  isOpen: boolean;
  onToggle: (gpuUuid: string) => void;
  body: RefObject<HTMLTableSectionElement | null>;
}

function GpuRow({ row, kind, nowMs, rowIndex, isOpen, onToggle, body }: GpuRowProps) {
  const router = useRouter();
  const params = useSearchParams();
  const { gpu, name, instanceCount } = row;
  const { gpuUuid } = gpu.sample;
  const open = () => {
    router.push(withRange(gpuHref(gpuUuid), params));
  };
  const toggle = () => {
    onToggle(gpuUuid);
  };
  const actions: Partial<Record<string, () => void>> = {
    Enter: open,
    u: open,
    ArrowDown: () => {
      focusRow(body.current, 1);
    },
    ArrowUp: () => {
      focusRow(body.current, -1);
    },
    ...(instanceCount > 0 && { [isOpen ? "ArrowLeft" : "ArrowRight"]: toggle }),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // `y` anywhere in a row copies the row; elsewhere the frame copies the link.
    if (event.key === "y") {
      event.preventDefault();
      void copyWithToast(gpuRowText(gpu), `${name} copied`);
    }
    const act = actions[event.key];
    if (event.target !== event.currentTarget || act === undefined) return;
    act();
    event.preventDefault();
  };
  return (
    <tr
      tabIndex={-1}
      data-gpu={gpuUuid}
      aria-rowindex={rowIndex}
      onKeyDown={onKeyDown}
      onDoubleClick={open}
      className={cn(
        "border-line-1 not-last:border-b hover:bg-surface-2 focus:bg-accent-soft focus:shadow-[inset_2px_0_0_var(--accent)] focus:outline-none",
        gpu.stale && "text-fg-3",
      )}
    >
      {gpuTableColumns.map((one) => (
        <td
          key={one.key}
          className={cn(
            "px-2 whitespace-nowrap first:pl-3 last:pr-3 max-md:h-11",
            kind === "gpu" ? "h-9.5" : "h-7.5",
            one.isNumber === true && "text-right",
          )}
        >
          {one.cell(row, { nowMs, isOpen, onToggle: toggle })}
        </td>
      ))}
    </tr>
  );
}

/** The rows as they stood; what is new comes last. */
function inOrder(rows: readonly TableRow[], keys: readonly string[]): TableRow[] {
  const places = new Map(keys.map((key, place) => [key, place]));
  const placeOf = ({ key }: TableRow) => places.get(key) ?? keys.length;
  return [...rows].sort((left, right) => placeOf(left) - placeOf(right));
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
