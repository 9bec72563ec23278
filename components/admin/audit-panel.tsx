"use client";
import { ChevronsLeft, ScrollText } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useTimeRange } from "@/components/layout/time-range";
import { changeAddress } from "@/components/layout/url-state";
import { describeError } from "@/components/trpc/describe-error";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import { EmptyState, ErrorState, NoResultState } from "@/components/ui/states";
import type { AuditPage } from "@/domain/audit/audit-entry";
import { formatFull } from "@/domain/units/format-number";
import { useNowMs } from "./admin-time";
import { DataTable } from "@/components/layout/data-table";
import { ChainCheck } from "./chain-check";
import { auditColumns } from "./audit-columns";
import { AuditExport } from "./audit-export";
import { type AuditFilter, auditAddress } from "./audit-filter";
import { AuditFilters } from "./audit-filters";
import { RowsLoading } from "./list-panel";
import { auditConditions, useAuditPage } from "./use-admin-lists";

interface AuditPanelProps {
  filter: AuditFilter;
  /** The tab of its own: `j` and `k` walk here, and it is as high as the page. */
  isMain: boolean;
  /** A row was chosen; where the details are shown is the page's decision. */
  onOpen: (sequence: number) => void;
}

/** Who did what, newest first: filters, export, whether the chain is intact, pages by sequence. */
export function AuditPanel({ filter, isMain, onOpen }: AuditPanelProps) {
  const range = useTimeRange();
  // The page's range moves on by itself; the list shall not change under the reader's eyes more often than it is asked for.
  const span = filter.isInRange ? { fromMs: range.fromMs, toMs: range.toMs } : null;
  const { data, error, refetch, isPlaceholderData } = useAuditPage(filter, span);
  const conditions = auditConditions(filter, span);
  return (
    <Panel
      title="Audit"
      subtitle={subtitleOf(filter, data)}
      divided
      className="min-h-50 flex-1 max-lg:flex-none"
      actions={
        <span className="flex max-w-[calc(100vw-58px)] flex-wrap items-center justify-end gap-1.5 py-1 max-md:justify-start md:max-w-[calc(100vw-110px)] lg:max-w-[calc(100vw-612px)]">
          <ChainCheck />
          <AuditFilters filter={filter} page={data} />
          <AuditExport conditions={conditions} />
        </span>
      }
    >
      {data === undefined ? (
        error === null ? (
          <RowsLoading label="audit" />
        ) : (
          <ErrorState
            title="The audit was not read"
            {...describeError(error)}
            onRetry={() => void refetch()}
          />
        )
      ) : (
        <>
          <Entries page={data} filter={filter} isMain={isMain} onOpen={onOpen} />
          <Pages page={data} filter={filter} isOnItsWay={isPlaceholderData} />
        </>
      )}
    </Panel>
  );
}

function subtitleOf(filter: AuditFilter, page: AuditPage | undefined): string {
  const order = filter.isInRange ? "time range of the page, newest first" : "newest first";
  return page === undefined ? order : `${formatFull(page.total)}, ${order}`;
}

interface EntriesProps extends AuditPanelProps {
  page: AuditPage;
}

function Entries({ page, filter, isMain, onOpen }: EntriesProps) {
  const nowMs = useNowMs();
  const columns = useMemo(() => auditColumns(nowMs), [nowMs]);
  if (page.entries.length === 0) return <Nothing filter={filter} />;
  return (
    <DataTable
      label="Audit"
      columns={columns}
      rows={page.entries}
      keyOf={({ sequence }) => String(sequence)}
      nameOf={({ sequence }) => `Row ${sequence}`}
      density="log"
      hasKeys={isMain}
      openKey={filter.row === null ? null : String(filter.row)}
      onOpen={({ sequence }) => {
        onOpen(sequence);
      }}
      className={cn("flex-1", isMain ? "max-lg:max-h-[60dvh]" : "max-lg:max-h-100")}
    />
  );
}

function Nothing({ filter }: { filter: AuditFilter }) {
  const isNarrowed = filter.who !== null || filter.what !== null || filter.isInRange;
  if (!isNarrowed && filter.before === null)
    return (
      <EmptyState icon={<ScrollText />} title="Nothing was changed yet">
        Each change of users, keys, sessions and webhook targets stands here from then on. No row
        can be changed or taken out unnoticed.
      </EmptyState>
    );
  return (
    <NoResultState
      title="No row matches"
      actions={
        <Button
          size="sm"
          onClick={() => {
            changeAddress(auditAddress({ who: null, what: null, isInRange: false }), "replace");
          }}
        >
          Drop the filters
        </Button>
      }
    >
      Other rows do without who, what and time range.
    </NoResultState>
  );
}

interface PagesProps {
  page: AuditPage;
  filter: AuditFilter;
  isOnItsWay: boolean;
}

function Pages({ page, filter, isOnItsWay }: PagesProps) {
  const first = page.entries[0]?.sequence;
  const last = page.entries.at(-1)?.sequence;
  if (first === undefined || last === undefined) return null;
  const { nextBeforeSequence } = page;
  if (filter.before === null && nextBeforeSequence === null) return null;
  return (
    <Foot>
      <span className="mr-auto">
        rows {formatFull(first)} – {formatFull(last)} of {formatFull(page.total)}
      </span>
      {filter.before !== null && (
        <Button
          size="sm"
          variant="quiet"
          icon={<ChevronsLeft />}
          onClick={() => {
            changeAddress(auditAddress({ before: null }));
          }}
        >
          Newest
        </Button>
      )}
      <Button
        size="sm"
        disabled={nextBeforeSequence === null || isOnItsWay}
        onClick={() => {
          changeAddress(auditAddress({ before: nextBeforeSequence }));
        }}
      >
        Older
      </Button>
    </Foot>
  );
}

function Foot({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-8 flex-none items-center gap-1.5 border-t border-line-1 py-1 pr-2 pl-3 type-12 text-fg-3 max-md:min-h-11">
      {children}
    </div>
  );
}
