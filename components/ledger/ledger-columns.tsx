import type { DataColumn } from "@/components/layout/data-table";
import { Badge, StateBadge } from "@/components/ui/badge";
import { cn } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/copy-button";
import { formatClock, formatDay, formatIso } from "@/domain/time/format-time";
import { methodText } from "@/domain/tokens/method-text";
import type { LedgerEntry } from "@/domain/tokens/usage-history";
import { formatDecimals, formatFull, NO_VALUE } from "@/domain/units/format-number";
import { middleCut } from "./middle-cut";

/** How a prompt came out, in words: what the server did weighs more than what was expected. */
function outcomeText({ outcome, wasTruncated, lostTokens }: LedgerEntry): string {
  const words = { ok: "fits", warning: "near the limit", over: "over" };
  return [words[outcome], wasTruncated && "truncated", (lostTokens ?? 0) > 0 && "cut by the server"]
    .filter((part) => part !== false)
    .join(", ");
}

export function OutcomeBadges({ entry }: { entry: LedgerEntry }) {
  const { outcome, wasTruncated, lostTokens } = entry;
  return (
    <span className="inline-flex items-center gap-1">
      {(lostTokens ?? 0) > 0 && <StateBadge state="crit">Silent cut</StateBadge>}
      {outcome === "over" && <StateBadge state="warn">over</StateBadge>}
      {outcome === "warning" && <StateBadge state="warn">near the limit</StateBadge>}
      {outcome === "ok" && <span className="text-fg-2">fits</span>}
      {wasTruncated && <Badge tone="plain">truncated</Badge>}
    </span>
  );
}

const usedTones = { ok: "bg-series-1", warning: "bg-warn-fill", over: "bg-warn-fill" } as const;

function Used({ entry }: { entry: LedgerEntry }) {
  const percent = entry.utilization * 100;
  return (
    <span className="inline-flex items-center gap-2">
      <span className="h-1.5 w-12 flex-none overflow-hidden rounded-2 bg-surface-3">
        <i
          style={{ width: `${Math.min(100, percent)}%` }}
          className={cn("block h-full min-w-px", usedTones[entry.outcome])}
        />
      </span>
      <span
        title={`${formatFull(entry.tokens)} of ${formatFull(entry.availableTokens)} tokens`}
        className="w-14 text-right"
      >
        {formatDecimals(percent, 1)} %
      </span>
    </span>
  );
}

const whole = (value: number | null | undefined) =>
  value === null || value === undefined ? NO_VALUE : formatFull(value);

/** Columns of the ledger. `nowMs`: to say a day without its year. */
export function ledgerColumns(nowMs: number): DataColumn<LedgerEntry>[] {
  const own = { sortValue: null };
  return [
    {
      ...own,
      key: "time",
      head: "Time",
      cell: ({ recordedAtMs }) => (
        <time dateTime={formatIso(recordedAtMs)} title={formatIso(recordedAtMs)}>
          <span className="text-fg-3">{formatDay(recordedAtMs, { nowMs })}</span>{" "}
          {formatClock(recordedAtMs, { seconds: true })}
        </time>
      ),
      text: ({ recordedAtMs }) => formatIso(recordedAtMs),
    },
    {
      ...own,
      key: "service",
      head: "Service",
      cell: ({ service }) => <span className="block max-w-40 truncate">{service}</span>,
      text: ({ service }) => service,
    },
    {
      ...own,
      key: "model",
      head: "Model",
      cell: ({ model }) => (
        <b title={model} className="block max-w-48 truncate font-medium">
          {model}
        </b>
      ),
      text: ({ model }) => model,
    },
    {
      ...own,
      key: "tokens",
      head: "Tokens",
      isNumber: true,
      cell: ({ tokens }) => formatFull(tokens),
      text: ({ tokens }) => String(tokens),
    },
    {
      ...own,
      key: "used",
      head: "Used",
      cell: (entry) => <Used entry={entry} />,
      text: ({ utilization }) => String(utilization),
    },
    {
      ...own,
      key: "outcome",
      head: "Outcome",
      cell: (entry) => <OutcomeBadges entry={entry} />,
      text: outcomeText,
    },
    {
      ...own,
      key: "removed",
      head: "Removed",
      cell: ({ removed }) => <Removed names={removed.map(({ name }) => name)} />,
      text: ({ removed }) => removed.map(({ name }) => name).join(", "),
    },
    {
      ...own,
      key: "final",
      head: "Final",
      isNumber: true,
      cell: ({ finalTokens, wasTruncated }) =>
        wasTruncated ? formatFull(finalTokens) : <span className="text-fg-3">{NO_VALUE}</span>,
      text: ({ finalTokens }) => String(finalTokens),
    },
    {
      ...own,
      key: "method",
      head: "Counted by",
      className: "text-fg-2",
      cell: ({ method }) => (
        <span title={method.warning ?? undefined} className="block max-w-56 truncate">
          {methodText(method)}
        </span>
      ),
      text: ({ method }) => methodText(method),
    },
    {
      ...own,
      key: "reported",
      head: "Reported",
      isNumber: true,
      cell: ({ reported }) => whole(reported?.promptTokens),
      text: ({ reported }) => String(reported?.promptTokens ?? ""),
    },
    {
      ...own,
      key: "lost",
      head: "Lost",
      isNumber: true,
      cell: ({ lostTokens }) => (
        <span className={cn((lostTokens ?? 0) > 0 && "text-crit")}>{whole(lostTokens)}</span>
      ),
      text: ({ lostTokens }) => String(lostTokens ?? ""),
    },
    {
      ...own,
      key: "request",
      head: "Request",
      cell: ({ requestId }) => (
        <span className="inline-flex items-center gap-0.5 type-code text-[11px]">
          <span title={requestId}>{middleCut(requestId)}</span>
          <CopyButton label="Copy request id" text={requestId} />
        </span>
      ),
      text: ({ requestId }) => requestId,
    },
  ];
}

function Removed({ names }: { names: readonly string[] }) {
  const [first, ...others] = names;
  if (first === undefined) return <span className="text-fg-3">{NO_VALUE}</span>;
  return (
    <span title={names.join(", ")} className="inline-flex max-w-44 items-center gap-1">
      <span className="truncate">{first}</span>
      {others.length > 0 && <span className="flex-none text-fg-2">+ {others.length}</span>}
    </span>
  );
}
