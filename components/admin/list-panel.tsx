"use client";
import type { ReactNode } from "react";
import { changeAddress } from "@/components/layout/url-state";
import { describeError } from "@/components/trpc/describe-error";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState, LoadingState, NoResultState } from "@/components/ui/states";
import { type DataColumn, DataTable } from "@/components/layout/data-table";
import { hasWords } from "./has-words";
import type { DataSort } from "@/components/layout/sort-data-rows";

/** What the address says of the list of a tab. */
export interface ListSearch {
  /** Words that a shown row must have. */
  filter: string;
  sort: DataSort | null;
}

interface ListPanelProps<Row> {
  /** What is listed, in the plural: "API keys". */
  label: string;
  query: { error: unknown; refetch: () => unknown };
  /** Undefined while they are asked for. */
  rows: readonly Row[] | undefined;
  columns: readonly DataColumn<Row>[];
  keyOf: (row: Row) => string;
  nameOf: (row: Row) => string;
  search: ListSearch;
  sortedFirst: DataSort;
  actions: (row: Row) => ReactNode;
  isOver?: (row: Row) => boolean;
  /** Where there is none: why, and what next. */
  empty: ReactNode;
}

/** The list of a tab in all its states: on its way, failed, empty, nothing left by the filter, rows. */
export function ListPanel<Row>(props: ListPanelProps<Row>) {
  return (
    <Panel label={props.label} className="max-h-[60%] flex-none max-lg:max-h-none">
      <Content {...props} />
    </Panel>
  );
}

function Content<Row>(props: ListPanelProps<Row>) {
  const { label, query, rows, columns, search } = props;
  if (rows === undefined)
    return query.error === null ? (
      <RowsLoading label={label} />
    ) : (
      <ErrorState
        title={`${label} were not read`}
        {...describeError(query.error)}
        onRetry={() => query.refetch()}
      />
    );
  if (rows.length === 0) return props.empty;
  const shown = rows.filter((row) =>
    hasWords(
      columns.map((column) => column.text(row)),
      search.filter,
    ),
  );
  if (shown.length === 0)
    return (
      <NoResultState
        title={`None of the ${label} has “${search.filter}”`}
        actions={
          <Button
            size="sm"
            onClick={() => {
              changeAddress({ q: null }, "replace");
            }}
          >
            Drop the filter
          </Button>
        }
      >
        {rows.length === 1 ? "1 is" : `${rows.length} are`} shown without it. A filter looks in
        every column.
      </NoResultState>
    );
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={shown}
      keyOf={props.keyOf}
      nameOf={props.nameOf}
      sort={search.sort ?? props.sortedFirst}
      onSort={changeSort}
      actions={props.actions}
      {...(props.isOver && { isOver: props.isOver })}
      hasKeys
      className="max-lg:max-h-100"
    />
  );
}

/** The order of the rows as the address holds it: `name`, `-name`. */
export function changeSort({ by, isDescending }: DataSort): void {
  changeAddress({ sort: `${isDescending ? "-" : ""}${by}` }, "replace");
}

/** Rows to come. */
export function RowsLoading({ label }: { label: string }) {
  return (
    <LoadingState label={label} waitingFor={`The database reads the ${label}`}>
      {["w-2/3", "w-1/2", "w-3/4", "w-3/5"].map((width) => (
        <Skeleton key={width} className={cn("my-1.5", width)} />
      ))}
    </LoadingState>
  );
}
