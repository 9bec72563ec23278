"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { describeError } from "@/components/trpc/describe-error";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState, NoResultState } from "@/components/ui/states";
import type { AuditEntry } from "@/domain/audit/audit-entry";
import { formatClock, formatDay, formatIso, formatZone } from "@/domain/time/format-time";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import { auditDifferences, type AuditDifference } from "./audit-difference";
import { RowsLoading } from "./list-panel";

/** One row of the audit with everything that it holds: who, where from, what was before and after. */
export function AuditRow({ sequence }: { sequence: number }) {
  // A row never changes, so it is asked for once, by its place.
  const { data, error, refetch } = useQuery(
    useTRPC().audit.list.queryOptions(
      { beforeSequence: sequence + 1, limit: 1 },
      { staleTime: Infinity },
    ),
  );
  if (data === undefined)
    return error === null ? (
      <RowsLoading label="row" />
    ) : (
      <ErrorState
        title="The row was not read"
        {...describeError(error)}
        onRetry={() => void refetch()}
      />
    );
  const [entry] = data.entries;
  if (entry?.sequence !== sequence)
    return (
      <NoResultState title={`There is no row ${formatFull(sequence)}`}>
        The address may be mistyped. If the row was there before, it was removed: check the chain.
      </NoResultState>
    );
  return <Entry entry={entry} />;
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { atMs } = entry;
  const clock = formatClock(atMs, { seconds: true });
  return (
    <div className="flex min-h-0 flex-col gap-3 overflow-y-auto px-3 pb-3 type-12">
      <dl className="grid grid-cols-[64px_minmax(0,1fr)] gap-x-2 gap-y-1">
        <Fact name="When">
          <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
            {formatDay(atMs, { nowMs: 0 })} {clock} {formatZone(atMs)}
          </time>
        </Fact>
        <Fact name="Who">
          {entry.actorName} <span className="text-fg-3">{kindText[entry.actorKind]}</span>
        </Fact>
        <Fact name="Action">
          <code className="type-code text-[11px]">{entry.action}</code>
        </Fact>
        <Fact name="What">{entry.target === "" ? NO_VALUE : entry.target}</Fact>
        <Fact name="Address">
          <Copied label="Copy address" text={entry.address} />
        </Fact>
        <Fact name="Request">
          <Copied label="Copy request id" text={entry.requestId} />
        </Fact>
        <Fact name="Hash">
          <Copied label="Copy hash" text={entry.hash} />
        </Fact>
      </dl>
      <Differences entry={entry} />
    </div>
  );
}

const kindText: Record<AuditEntry["actorKind"], string> = {
  session: "signed in",
  key: "by an API key",
  anonymous: "without signing in",
  system: "the portal itself",
};

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="py-0.5 text-fg-3">{name}</dt>
      <dd className="min-w-0 py-0.5 break-words">{children}</dd>
    </>
  );
}

function Copied({ label, text }: { label: string; text: string }) {
  if (text === "") return <span className="text-fg-3">{NO_VALUE}</span>;
  return (
    <span className="-my-1 flex items-center gap-1">
      <code className="min-w-0 truncate type-code text-[11px]" title={text}>
        {text}
      </code>
      <CopyButton label={label} text={text} />
    </span>
  );
}

function Differences({ entry }: { entry: AuditEntry }) {
  const differences = auditDifferences(entry);
  if (differences.length === 0)
    return <p className="text-fg-3">No value is kept with it: the action says all.</p>;
  return (
    <div className="rounded-6 border border-line-1">
      <h3 className="border-b border-line-1 px-2.5 py-1.5 type-11 font-medium text-fg-3">
        {titleOf(entry)}
      </h3>
      <dl>
        {differences.map((one) => (
          <div
            key={one.field}
            className="grid grid-cols-[88px_minmax(0,1fr)] gap-2 border-b border-line-1 px-2.5 py-1.5 last:border-b-0"
          >
            <dt className="text-fg-2">{one.field}</dt>
            <dd className="min-w-0 break-words">
              <Values {...one} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function titleOf({ before, after }: AuditEntry): string {
  if (before === null) return "As it was made";
  return after === null ? "As it was before" : "Before → after";
}

function Values({ before, after }: AuditDifference) {
  if (before === null) return after;
  if (after === null) return <s className="text-fg-2">{before}</s>;
  return (
    <>
      <span className="sr-only">before </span>
      <span className="text-fg-2">{before}</span>
      <span aria-hidden="true"> → </span>
      <span className="sr-only">, after </span>
      <b className="font-medium">{after}</b>
    </>
  );
}
