import type { ChartColour } from "@/components/charts/chart-colours";
import type { DataColumn } from "@/components/layout/data-table";
import { cn } from "@/components/ui/class-names";
import { methodText } from "@/domain/tokens/method-text";
import type { ModelProfile } from "@/domain/tokens/model-profile";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { formatFull, NO_VALUE } from "@/domain/units/format-number";
import { formatShare, formatTokens } from "@/domain/units/format-tokens";
import { findProfile } from "./find-profile";
import { rowKey } from "./row-colours";

export interface UsageColumnFacts {
  colours: ReadonlyMap<string, ChartColour>;
  /** Empty while they are not known. */
  profiles: readonly ModelProfile[];
}

const count = (value: number | null) => (value === null ? NO_VALUE : formatFull(value));

/** A column of figures: nothing to see in it where it is 0, unless a colour says that it matters. */
function countColumn(
  key: string,
  head: string,
  { of, tone }: { of: (row: UsageRow) => number; tone?: string },
): DataColumn<UsageRow> {
  return {
    key,
    head,
    isNumber: true,
    sortValue: of,
    cell: (row) => (
      <span className={cn(tone !== undefined && of(row) > 0 && tone)}>{count(of(row))}</span>
    ),
    text: (row) => String(of(row)),
  };
}

function sizeColumn(
  key: string,
  head: string,
  of: (row: UsageRow) => number | null,
): DataColumn<UsageRow> {
  return {
    key,
    head,
    isNumber: true,
    sortValue: of,
    cell: (row) => (
      <span title={of(row) === null ? undefined : `${count(Math.round(of(row) ?? 0))} tokens`}>
        {formatTokens(of(row))}
      </span>
    ),
    text: (row) => String(of(row) ?? ""),
  };
}

/** Of a model and a service that uses it: sizes, how full, what did not fit, what is done about it, how it was counted. */
export function usageColumns(facts: UsageColumnFacts): DataColumn<UsageRow>[] {
  const colourOf = (row: UsageRow) => facts.colours.get(rowKey(row)) ?? "--series-0";
  const profileOf = (row: UsageRow) => findProfile(facts.profiles, row);
  return [
    {
      key: "model",
      head: "Model",
      sortValue: (row) => row.model,
      cell: (row) => (
        <span className="inline-flex items-center gap-1.75">
          <i
            style={{ background: `var(${colourOf(row)})` }}
            className="size-2.25 flex-none rounded-2"
          />
          <b className="font-semibold">{row.model}</b>
        </span>
      ),
      text: (row) => row.model,
    },
    {
      key: "service",
      head: "From",
      className: "text-fg-2",
      sortValue: (row) => row.service,
      cell: (row) => row.service,
      text: (row) => row.service,
    },
    countColumn("prompts", "Prompts", { of: (row) => row.prompts }),
    sizeColumn("mean", "Mean", (row) => row.meanTokens),
    sizeColumn("p95", "p95", (row) => row.p95Tokens),
    {
      ...sizeColumn("most", "Most", (row) => row.maxTokens),
      cell: (row) => count(row.maxTokens),
    },
    {
      ...sizeColumn("window", "Window", (row) => row.contextWindow),
      className: "text-fg-2",
      cell: (row) => count(row.contextWindow),
    },
    {
      key: "used",
      head: "Used, mean",
      sortValue: (row) => row.meanUtilization,
      cell: (row) => <UsedShare share={row.meanUtilization} colour={colourOf(row)} />,
      text: (row) => String(row.meanUtilization ?? ""),
    },
    {
      ...countColumn("warnings", "Near the limit", { of: (row) => row.warnings + row.over }),
      cell: (row) => (
        <span title="From the warning threshold of the profile on, those that were over among them">
          {count(row.warnings + row.over)}
        </span>
      ),
    },
    countColumn("over", "Over", { of: (row) => row.over, tone: "text-warn" }),
    countColumn("silentCuts", "Cut silently", { of: (row) => row.silentCuts, tone: "text-crit" }),
    {
      key: "truncation",
      head: "Truncation",
      sortValue: (row) => Number(profileOf(row)?.truncationEnabled ?? false),
      cell: (row) => <Truncation row={row} isOn={profileOf(row)?.truncationEnabled ?? null} />,
      text: (row) => (profileOf(row)?.truncationEnabled === true ? "on" : "off"),
    },
    {
      key: "method",
      head: "Counted by",
      className: "text-fg-2",
      sortValue: (row) => (row.method === null ? null : methodText(row.method)),
      cell: (row) => (
        <span title={row.method?.warning ?? undefined}>
          {row.method === null ? NO_VALUE : methodText(row.method)}
        </span>
      ),
      text: (row) => (row.method === null ? "" : methodText(row.method)),
    },
  ];
}

function UsedShare({ share, colour }: { share: number | null; colour: ChartColour }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className="h-1.5 w-16 flex-none overflow-hidden rounded-2 bg-surface-3">
        <i
          style={{ width: `${Math.min(100, (share ?? 0) * 100)}%`, background: `var(${colour})` }}
          className="block h-full min-w-px"
        />
      </span>
      {formatShare(share)}
    </span>
  );
}

/** The state of the profile, not a switch: it is changed where the profile is. */
function Truncation({ row, isOn }: { row: UsageRow; isOn: boolean | null }) {
  if (isOn === null) return <span className="text-fg-3">{NO_VALUE}</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      <i
        className={cn(
          "size-2 flex-none rounded-full border",
          isOn ? "border-ok-fill bg-ok-fill" : "border-line-control",
        )}
      />
      {isOn ? "on" : "off"}
      {row.truncated > 0 && (
        <span className="text-fg-2">{formatFull(row.truncated)} truncated</span>
      )}
    </span>
  );
}
