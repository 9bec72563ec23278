"use client";
import { type ReactNode, useMemo } from "react";
import { useRowWindow } from "@/components/ui/use-row-window";

export interface PointsColumn {
  key: string;
  head: ReactNode;
  isNumber?: boolean;
}

interface PointsTableProps {
  caption: string;
  columns: readonly PointsColumn[];
  rowCount: number;
  /** Cells of a row in the order of `columns`. */
  cellsOf: (row: number) => readonly ReactNode[];
  keyOf: (row: number) => string | number;
  heightPx: number;
}

const ROW_PX = 28;

/** The table view of a chart. Only the rows in sight exist, so that 10,000 samples scroll like ten. */
export function PointsTable(props: PointsTableProps) {
  const { caption, columns, rowCount, cellsOf, keyOf, heightPx } = props;
  const heightsPx = useMemo(() => Array.from({ length: rowCount }, () => ROW_PX), [rowCount]);
  const { first, end, abovePx, belowPx, onScroll } = useRowWindow(heightsPx);
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  const spacer = (spacerPx: number) =>
    spacerPx > 0 && (
      <tr aria-hidden="true">
        <td colSpan={columns.length} style={{ height: spacerPx, padding: 0 }} />
      </tr>
    );
  return (
    <div
      onScroll={onScroll}
      role="region"
      aria-label={caption}
      tabIndex={0}
      style={{ maxHeight: heightPx }}
      className="relative overflow-auto outline-offset-[-2px]"
    >
      <table aria-rowcount={rowCount + 1} className="w-full border-collapse type-12">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 z-1 bg-surface-1">
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={`h-6.5 border-b border-line-1 px-2 type-11 font-medium whitespace-nowrap text-fg-3 first:pl-3 last:pr-3 ${column.isNumber === true ? "text-right" : "text-left"}`}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spacer(abovePx)}
          {rows.map((row) => (
            <tr key={keyOf(row)} aria-rowindex={row + 2}>
              {cellsOf(row).map((cell, index) => (
                <td
                  key={columns[index]?.key ?? index}
                  style={{ height: ROW_PX }}
                  className={`border-b border-line-1 px-2 whitespace-nowrap first:pl-3 last:pr-3 ${columns[index]?.isNumber === true ? "text-right" : ""}`}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
          {spacer(belowPx)}
        </tbody>
      </table>
    </div>
  );
}
