"use client";
import { RangeLink } from "@/components/layout/range-link";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import type { SilentCut, SilentCuts } from "@/domain/tokens/usage-report";
import { formatFull } from "@/domain/units/format-number";
import { PanelBody } from "./panel-body";
import { type UsageFilter, usageConditions } from "./usage-filter";

interface CutsPanelProps {
  query: { data: SilentCuts | undefined; error: unknown; refetch: () => unknown };
  filter: UsageFilter;
  nowMs: number;
}

/** Prompts of which the model server counted fewer tokens than were sent: it cut them and said nothing. */
export function CutsPanel({ query, filter, nowMs }: CutsPanelProps) {
  const total = query.data?.total ?? 0;
  const narrowed = new URLSearchParams({ ...usageConditions(filter), only: "cut" });
  return (
    <Panel
      title="Cut by the server"
      subtitle="without an error"
      divided
      className="max-h-80 flex-none"
      actions={
        total > 0 && (
          <RangeLink
            href={`/tokens/ledger?${narrowed.toString()}`}
            className="p-1 type-12 font-medium text-accent hover:underline"
          >
            All {formatFull(total)}
          </RangeLink>
        )
      }
    >
      <PanelBody query={query} what="The list of cuts" waitingFor="The database reads what was cut">
        {({ cuts }) => (cuts.length === 0 ? <NoCuts /> : <Cuts cuts={cuts} nowMs={nowMs} />)}
      </PanelBody>
    </Panel>
  );
}

function NoCuts() {
  return (
    <p className="p-3 type-12 text-pretty text-fg-2">
      No prompt was cut in this range, as far as usage was reported. A cut is seen when a service
      reports what its model server counted (
      <code className="type-code">POST /api/tokens/report</code>) under the request id of the
      validation.
    </p>
  );
}

function Cuts({ cuts, nowMs }: { cuts: readonly SilentCut[]; nowMs: number }) {
  return (
    <div
      role="region"
      aria-label="Table of cuts"
      tabIndex={0}
      className="relative min-h-0 overflow-auto -outline-offset-2"
    >
      <Table>
        <thead className="sticky top-0 bg-surface-1">
          <tr>
            <HeadCell>Time</HeadCell>
            <HeadCell>Trace or request</HeadCell>
            <HeadCell isNumber>Sent</HeadCell>
            <HeadCell isNumber>Counted</HeadCell>
            <HeadCell isNumber>Lost</HeadCell>
          </tr>
        </thead>
        <tbody>
          {cuts.map((cut) => (
            <tr key={cut.id}>
              <Cell>
                <time
                  dateTime={formatIso(cut.atMs)}
                  title={`${formatDay(cut.atMs, { nowMs })}, ${formatIso(cut.atMs)}`}
                >
                  {formatClock(cut.atMs, { seconds: true })}
                </time>
              </Cell>
              <Cell className="max-w-40">
                <CutId cut={cut} />
              </Cell>
              <Cell isNumber>{formatFull(cut.sentTokens)}</Cell>
              <Cell isNumber className="text-fg-2">
                {formatFull(cut.countedTokens)}
              </Cell>
              <Cell isNumber className="text-crit">
                {formatFull(cut.lostTokens)}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

const ID_HEAD = 8;

function CutId({ cut: { traceId, requestId } }: { cut: SilentCut }) {
  const id = traceId ?? requestId;
  return (
    <span className="flex items-center gap-0.5 type-code text-[11px]">
      <span title={id} className="truncate">
        {traceId === null ? id : id.slice(0, ID_HEAD)}
      </span>
      <CopyButton label={`Copy ${traceId === null ? "request" : "trace"} id`} text={id} />
    </span>
  );
}
