"use client";
import { ScrollText } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { DataTable } from "@/components/layout/data-table";
import { changeAddress } from "@/components/layout/url-state";
import { describeError } from "@/components/trpc/describe-error";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { EmptyState, ErrorState, LoadingState, NoResultState } from "@/components/ui/states";
import { formatClock } from "@/domain/time/format-time";
import { formatFull } from "@/domain/units/format-number";
import { ledgerColumns } from "./ledger-columns";
import { type LedgerFilter, ledgerConditions, noLedgerFilter } from "./ledger-filter";
import type { Ledger } from "./use-ledger";

interface LedgerPanelProps {
  ledger: Ledger;
  filter: LedgerFilter;
  /** Id of the validation in the drawer. */
  openId: string | null;
  /** What to do where nothing was ever recorded. */
  emptyActions: ReactNode;
}

/** Validations in rows, newest first, or why there is none. */
export function LedgerPanel(props: LedgerPanelProps) {
  const { ledger } = props;
  const { entries, total, isLoading, error } = ledger;
  if (isLoading) return <LedgerLoading />;
  if (entries.length === 0 && error === null)
    return <NothingListed filter={props.filter} emptyActions={props.emptyActions} />;
  return (
    <Panel
      title="Validations"
      subtitle={entries.length > 0 && subtitleOf(total, entries.length)}
      divided
      className="min-h-0 flex-1 overflow-hidden max-lg:flex-none"
      actions={
        ledger.showNewest !== null && (
          <>
            <span className="type-12 text-fg-3 max-md:hidden">
              as of {formatClock(ledger.span.toMs, { seconds: true })}
            </span>
            <Button size="sm" onClick={ledger.showNewest}>
              Show newer
            </Button>
          </>
        )
      }
    >
      {entries.length > 0 && <Rows {...props} />}
      {error !== null && (
        <ErrorState
          title={entries.length === 0 ? "The ledger was not read" : "Further rows were not read"}
          {...describeError(error)}
          onRetry={ledger.retry}
        />
      )}
    </Panel>
  );
}

function subtitleOf(total: number | null, listed: number): string {
  const of = total === null ? `${formatFull(listed)} listed` : formatFull(total);
  return `${of}, newest first; without their texts`;
}

function Rows({ ledger, openId }: LedgerPanelProps) {
  const { entries, isUpdating, loadMore, isCut } = ledger;
  const columns = useMemo(() => ledgerColumns(ledger.span.toMs), [ledger.span.toMs]);
  return (
    <DataTable
      label="Validations"
      columns={columns}
      rows={entries}
      keyOf={({ id }) => id}
      nameOf={({ requestId }) => requestId}
      density="log"
      hasKeys
      openKey={openId}
      onOpen={({ id }) => {
        changeAddress({ row: id });
      }}
      onNearEnd={loadMore ?? undefined}
      foot={
        <div className="sticky left-0 flex min-h-8 items-center gap-2 px-3 type-12 text-fg-3">
          {isUpdating && "Reading further rows"}
          {isCut &&
            `These are the newest ${formatFull(entries.length)}. Narrow the range or the filter, or export the rest.`}
          {loadMore !== null && (
            <Button size="sm" variant="quiet" onClick={loadMore}>
              Show more
            </Button>
          )}
          {!isUpdating && !isCut && loadMore === null && "This is the first of the range."}
        </div>
      }
      className="max-lg:max-h-[70dvh]"
    />
  );
}

export function LedgerLoading() {
  return (
    <Panel label="Validations" className="flex-none">
      <LoadingState label="validations" waitingFor="The database reads the newest validations">
        {["w-2/3", "w-1/2", "w-3/4", "w-3/5", "w-2/3", "w-1/2"].map((width, place) => (
          <Skeleton key={place} className={`my-1.5 ${width}`} />
        ))}
      </LoadingState>
    </Panel>
  );
}

function NothingListed({
  filter,
  emptyActions,
}: Pick<LedgerPanelProps, "filter" | "emptyActions">) {
  if (Object.keys(ledgerConditions(filter)).length > 0)
    return (
      <Panel label="No result" className="max-w-120 flex-none">
        <NoResultState
          title="No validation in this range is left by the filter"
          actions={
            <Button
              size="sm"
              onClick={() => {
                changeAddress(noLedgerFilter);
              }}
            >
              Drop the filter
            </Button>
          }
        >
          A longer range above, or another filter, may show some.
        </NoResultState>
      </Panel>
    );
  return (
    <Panel label="No validations" className="max-w-120 flex-none">
      <EmptyState
        icon={<ScrollText />}
        title="No validation was recorded in this range"
        actions={emptyActions}
      >
        Each call of <b>POST /api/tokens/validate</b> or <b>/truncate</b> with an ingest key, or by
        an operator, is recorded here without its text. Reads by others are dry runs and leave no
        row.
      </EmptyState>
    </Panel>
  );
}
