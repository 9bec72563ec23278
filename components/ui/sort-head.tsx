"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { cn } from "./class-names";

interface SortHeadProps<Key extends string> {
  column: { key: Key; head: string; isNumber?: boolean };
  sort: { by: Key; isDescending: boolean };
  onSort: (sort: { by: Key; isDescending: boolean }) => void;
  className?: string | false;
}

/** The head of a column that sorts its table; a second press turns the order round. */
export function SortHead<Key extends string>(props: SortHeadProps<Key>) {
  const { column, sort, onSort, className } = props;
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
          className,
          isSorted && "text-fg-1",
        )}
      >
        {column.head}
        {isSorted && <Arrow className="size-2.5" />}
      </button>
    </th>
  );
}
