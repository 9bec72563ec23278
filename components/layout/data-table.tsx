"use client";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import { useShortcut } from "./shortcuts";
import { cn } from "@/components/ui/class-names";
import { copyWithToast } from "@/components/ui/copy-text";
import { SortHead } from "@/components/ui/sort-head";
import { HeadCell, Table } from "@/components/ui/table";
import { useMedia } from "@/components/ui/use-media";
import { useRowWindow } from "@/components/ui/use-row-window";
import { type DataSort, sortDataRows } from "./sort-data-rows";

export interface DataColumn<Row> {
  key: string;
  head: string;
  isNumber?: boolean;
  className?: string;
  /** Null: the table is not sorted by it. Null of a row goes last. */
  sortValue: ((row: Row) => number | string | null) | null;
  cell: (row: Row) => ReactNode;
  /** For copying and for the filter. */
  text: (row: Row) => string;
}

interface DataTableProps<Row> {
  /** What is listed: "API keys". */
  label: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** For the toast after `y`, and for the button of the last cell. */
  nameOf: (row: Row) => string;
  /** Null: the rows stay as they come. */
  sort?: DataSort | null;
  onSort?: (sort: DataSort) => void;
  /** What can be done with a row, at its right end. */
  actions?: (row: Row) => ReactNode;
  /** By Enter or a click. Without it Enter presses the first button of the row. */
  onOpen?: (row: Row) => void;
  openKey?: string | null;
  /** Struck through: it is over. */
  isOver?: (row: Row) => boolean;
  /** One table a page: `j` and `k` walk through its rows. */
  hasKeys?: boolean;
  /** `wrapped`: rows are as high as their text, and all of them exist. */
  density?: "list" | "log" | "wrapped";
  /** Called while the last rows come into sight: more of them may be asked for. */
  onNearEnd?: (() => void) | undefined;
  /** Below the rows, inside what scrolls: what is still on its way. */
  foot?: ReactNode;
  className?: string | undefined;
}

const HEIGHTS_PX = { list: 34, log: 28, wrapped: 34 } as const;
const NARROW_PX = 44;
const HEAD_PX = 26;
/** From here on only the rows in sight exist. */
const WINDOWED_FROM = 60;
/** So far above the end more rows are asked for. */
const NEAR_END_PX = 600;

/** Rows of a list: sorted by their heads, by keyboard (arrows, j, k, Enter, y), scrolling inside their panel. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, sort = null, density = "list", hasKeys = false } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = useSorted(rows, columns, sort);
  const { shown, first, abovePx, belowPx, onScroll } = useRowsInSight(sorted, density);
  const columnCount = columns.length + (props.actions ? 1 : 0);
  return (
    <div
      role="region"
      aria-label={`Table of ${label}`}
      tabIndex={0}
      onScroll={(event) => {
        onScroll(event);
        const { scrollTop, clientHeight, scrollHeight } = event.currentTarget;
        if (scrollTop + clientHeight > scrollHeight - NEAR_END_PX) props.onNearEnd?.();
      }}
      onKeyDown={(event) => {
        if (event.target === event.currentTarget) moveFocus(event, body.current);
      }}
      className={cn("relative min-h-0 overflow-auto -outline-offset-2", props.className)}
    >
      {hasKeys && <RowKeys body={body} />}
      <Table aria-rowcount={sorted.length + 1}>
        <caption className="sr-only">{label}; arrow keys walk, y copies a row</caption>
        <thead className="sticky top-0 z-1 bg-surface-1">
          <tr aria-rowindex={1}>
            {columns.map((column, place) => (
              <Head
                key={column.key}
                column={column}
                isFirst={place === 0}
                sort={sort}
                onSort={props.onSort}
              />
            ))}
            {props.actions && (
              <HeadCell>
                <span className="sr-only">Actions</span>
              </HeadCell>
            )}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer heightPx={abovePx} columnCount={columnCount} />
          {shown.map((row, place) => (
            <DataRow
              key={props.keyOf(row)}
              {...props}
              row={row}
              rowIndex={first + place + 2}
              density={density}
            />
          ))}
          <Spacer heightPx={belowPx} columnCount={columnCount} />
        </tbody>
      </Table>
      {props.foot}
    </div>
  );
}

/** All rows of a short list; of a long one those in sight, and the height of the rest. */
function useRowsInSight<Row>(rows: readonly Row[], density: keyof typeof HEIGHTS_PX) {
  const isNarrow = useMedia("(max-width: 900px)");
  const heightPx = isNarrow ? NARROW_PX : HEIGHTS_PX[density];
  const heightsPx = useMemo(() => rows.map(() => heightPx), [rows, heightPx]);
  const { first, end, abovePx, belowPx, onScroll } = useRowWindow(heightsPx, HEAD_PX);
  if (density === "wrapped" || rows.length <= WINDOWED_FROM)
    return { shown: rows, first: 0, abovePx: 0, belowPx: 0, onScroll };
  return { shown: rows.slice(first, end), first, abovePx, belowPx, onScroll };
}

function useSorted<Row>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  sort: DataSort | null,
): readonly Row[] {
  return useMemo(() => {
    if (sort === null) return rows;
    const column = columns.find(({ key }) => key === sort.by);
    return column?.sortValue ? sortDataRows(rows, column.sortValue, sort) : rows;
  }, [rows, columns, sort]);
}

function Head<Row>(props: {
  column: DataColumn<Row>;
  isFirst: boolean;
  sort: DataSort | null;
  onSort: ((sort: DataSort) => void) | undefined;
}) {
  const { column, isFirst, sort, onSort } = props;
  if (column.sortValue === null || sort === null || onSort === undefined)
    return <HeadCell isNumber={column.isNumber === true}>{column.head}</HeadCell>;
  return <SortHead column={column} sort={sort} onSort={onSort} className={isFirst && "pl-3"} />;
}

function Spacer({ heightPx, columnCount }: { heightPx: number; columnCount: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={columnCount} style={{ height: heightPx, padding: 0 }} />
    </tr>
  );
}

const rowHeights = {
  list: "h-8.5 whitespace-nowrap",
  log: "h-7 whitespace-nowrap",
  wrapped: "h-8.5 py-1.5 align-top",
} as const;

interface DataRowProps<Row> extends Omit<DataTableProps<Row>, "density"> {
  row: Row;
  rowIndex: number;
  density: keyof typeof rowHeights;
}

function DataRow<Row>({ row, rowIndex, density, ...props }: DataRowProps<Row>) {
  const { columns, onOpen } = props;
  const isOver = props.isOver?.(row) === true;
  const cell = cn(
    "border-b border-line-1 px-2 first:pl-3 last:pr-3 max-md:h-11 [tr:last-child>&]:border-b-0",
    rowHeights[density],
  );
  const onKeyDown = (event: KeyboardEvent<HTMLTableRowElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // `y` anywhere in a row copies the row; elsewhere the frame copies the link.
    if (event.key === "y") {
      event.preventDefault();
      void copyWithToast(rowText(columns, row), `${props.nameOf(row)} copied`);
    }
    if (event.target !== event.currentTarget) return;
    if (event.key !== "Enter") {
      moveFocus(event, event.currentTarget.parentElement);
      return;
    }
    event.preventDefault();
    if (onOpen) onOpen(row);
    else event.currentTarget.querySelector("button")?.click();
  };
  const isOpen = props.openKey === props.keyOf(row);
  return (
    <tr
      tabIndex={-1}
      data-row={props.keyOf(row)}
      aria-rowindex={rowIndex}
      aria-current={isOpen || undefined}
      onKeyDown={onKeyDown}
      onClick={
        onOpen &&
        ((event) => {
          // A button in the row does what it says, and no more.
          if (event.target instanceof Element && event.target.closest("button, a") !== null) return;
          if (window.getSelection()?.type !== "Range" || event.detail === 0) onOpen(row);
        })
      }
      className={cn(
        "hover:bg-surface-2 focus:bg-accent-soft focus:shadow-[inset_2px_0_0_var(--accent)] focus:outline-none",
        "aria-[current=true]:bg-accent-soft aria-[current=true]:shadow-[inset_2px_0_0_var(--accent)]",
        isOver && "text-fg-3 [&_b]:line-through",
      )}
    >
      {columns.map((column) => (
        <td
          key={column.key}
          className={cn(
            cell,
            column.isNumber === true && "text-right",
            !isOver && column.className,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
      {props.actions && <td className={cn(cell, "text-right")}>{props.actions(row)}</td>}
    </tr>
  );
}

/** Head and row in tabs, for a spreadsheet or an issue. */
function rowText<Row>(columns: readonly DataColumn<Row>[], row: Row): string {
  const head = columns.map((column) => column.head).join("\t");
  return `${head}\n${columns.map((column) => column.text(row)).join("\t")}`;
}

const steps: Partial<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: -Infinity,
  End: Infinity,
};

function moveFocus(event: KeyboardEvent, body: Element | null) {
  const step = steps[event.key];
  if (step === undefined) return;
  event.preventDefault();
  focusRow(body, step);
}

/** `step`: how many rows further; without a row that has the focus, from before the first. */
function focusRow(body: Element | null, step: number) {
  const rows = [...(body?.querySelectorAll<HTMLTableRowElement>("tr[data-row]") ?? [])];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 && step < 0 ? rows.length - 1 : here + step;
  rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus();
}

function RowKeys({ body }: { body: { readonly current: HTMLTableSectionElement | null } }) {
  useShortcut({ keys: "j", label: "Next row", group: "On this page" }, () => {
    focusRow(body.current, 1);
  });
  useShortcut({ keys: "k", label: "Row before", group: "On this page" }, () => {
    focusRow(body.current, -1);
  });
  return null;
}
