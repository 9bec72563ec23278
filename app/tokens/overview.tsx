"use client";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense, useMemo, useState } from "react";
import type { ChartColour } from "@/components/charts/chart-colours";
import { createCursorStore, type CursorStore } from "@/components/charts/cursor-store";
import { parsePointsView } from "@/components/charts/points-view";
import { changeAddress } from "@/components/layout/url-state";
import { ContextPanel } from "@/components/tokens/context-panel";
import { findProfile } from "@/components/tokens/find-profile";
import { rowColours, rowKey } from "@/components/tokens/row-colours";
import { SizePanel } from "@/components/tokens/size-panel";
import type { UsageFilter } from "@/components/tokens/usage-filter";
import { UsageTable } from "@/components/tokens/usage-table";
import { useLiveCuts } from "@/components/tokens/use-live-cuts";
import { useProfiles, useSilentCuts, useUsageSpan } from "@/components/tokens/use-token-usage";
import { VerdictStrip } from "@/components/tokens/verdict-strip";
import type { ModelProfile } from "@/domain/tokens/model-profile";
import type { UsageRow, UsageSummary } from "@/domain/tokens/usage-history";
import type { SilentCut } from "@/domain/tokens/usage-report";
import { usageVerdict } from "@/domain/tokens/usage-verdict";
import { parseTokensSearch, sortText } from "./search-params";

// Below the fold: the figures above do not wait for it.
const DryRunPanel = lazy(async () => ({
  default: (await import("@/components/tokens/dry-run-panel")).DryRunPanel,
}));
const BudgetBurnPanel = lazy(async () => ({
  default: (await import("@/components/budgets/budget-burn-panel")).BudgetBurnPanel,
}));
const CutsPanel = lazy(async () => ({
  default: (await import("@/components/tokens/cuts-panel")).CutsPanel,
}));
const TopServices = lazy(async () => ({
  default: (await import("@/components/tokens/top-services")).TopServices,
}));
const RemovalsPanel = lazy(async () => ({
  default: (await import("@/components/tokens/removals-panel")).RemovalsPanel,
}));

const DEFAULT_WARNING_THRESHOLD = 0.8;
const noCuts: readonly SilentCut[] = [];
const noProfiles: readonly ModelProfile[] = [];

interface OverviewProps {
  summary: UsageSummary;
  /** Those of the filter; one at least. */
  rows: readonly UsageRow[];
  filter: UsageFilter;
}

/** Verdict, charts of one model, the table, and what to do. */
export function Overview({ summary, rows, filter }: OverviewProps) {
  const { sort } = parseTokensSearch(useSearchParams());
  const [cursor] = useState(createCursorStore);
  const profiles = useProfiles().data?.profiles ?? noProfiles;
  const colours = useMemo(() => rowColours(summary.rows), [summary]);
  const verdict = useMemo(() => usageVerdict(rows), [rows]);
  useLiveCuts();
  const cuts = useSilentCuts(filter);
  const { toMs: nowMs } = useUsageSpan();
  const lead = verdict.kind === "none" ? rows[0] : verdict.lead;
  const about = { rows, filter, profiles, colours, cursor, cuts: cuts.data?.cuts ?? noCuts };
  return (
    <>
      {verdict.kind !== "none" && <VerdictStrip verdict={verdict} filter={filter} />}
      <Charts {...about} model={filter.model ?? lead?.model ?? ""} />
      <UsageTable
        rows={rows}
        others={summary.otherRows}
        colours={colours}
        profiles={profiles}
        sort={sort}
        onSort={(next) => {
          changeAddress({ sort: sortText(next) }, "replace");
        }}
        onOpen={(row) => {
          changeAddress(isChosen(row, filter) ? { model: null, service: null } : chosen(row));
        }}
        openKey={chosenKey(rows, filter)}
      />
      <Suspense fallback={null}>
        <div className="grid flex-none grid-cols-3 gap-3 max-lg:grid-cols-2 max-md:grid-cols-1">
          <DryRunPanel filter={filter} {...overOf(rows, colours)} />
          <CutsPanel query={cuts} filter={filter} nowMs={nowMs} />
          <BudgetBurnPanel />
        </div>
        <div className="grid flex-none grid-cols-2 gap-3 max-lg:grid-cols-1">
          <TopServices rows={rows} />
          <RemovalsPanel filter={filter} cursor={cursor} />
        </div>
      </Suspense>
    </>
  );
}

const chosen = ({ model, service }: UsageRow) => ({ model, service });

function isChosen(row: UsageRow, filter: UsageFilter): boolean {
  return filter.model === row.model && filter.service === row.service;
}

function chosenKey(rows: readonly UsageRow[], filter: UsageFilter): string | null {
  const row = rows.find((one) => isChosen(one, filter));
  return row ? rowKey(row) : null;
}

interface ChartsProps {
  rows: readonly UsageRow[];
  filter: UsageFilter;
  profiles: readonly ModelProfile[];
  colours: ReadonlyMap<string, ChartColour>;
  cursor: CursorStore;
  cuts: readonly SilentCut[];
  model: string;
}

/** Of one model: the one of the filter, or the one whose budget is fullest. */
function Charts({ rows, filter, profiles, colours, cursor, model, cuts }: ChartsProps) {
  const view = parsePointsView(useSearchParams());
  const charted = useMemo(() => rows.filter((row) => row.model === model), [rows, model]);
  const ofModel = useMemo(() => cuts.filter((cut) => cut.model === model), [cuts, model]);
  const profile = findProfile(profiles, { model, service: filter.service });
  const warningThreshold = profile?.warningThreshold ?? DEFAULT_WARNING_THRESHOLD;
  const about = { model, rows: charted, colours, warningThreshold, view };
  return (
    <div className="grid flex-none grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 max-lg:grid-cols-1">
      <ContextPanel {...about} />
      <SizePanel
        {...about}
        service={filter.service}
        maxOutputTokens={profile?.maxOutputTokens ?? null}
        cuts={ofModel}
        cursor={cursor}
      />
    </div>
  );
}

/** Whose prompts were over and were sent as they were: the one service, if it is one, and the colour of the pair with the most of them. */
function overOf(rows: readonly UsageRow[], colours: ReturnType<typeof rowColours>) {
  const untouched = (row: UsageRow) => row.over - row.truncated;
  const over = rows
    .filter((row) => untouched(row) > 0)
    .sort((left, right) => untouched(right) - untouched(left));
  const services = new Set(over.map((row) => row.service));
  const [first] = over;
  return {
    service: services.size === 1 && first ? first.service : null,
    colour: (first && colours.get(rowKey(first))) ?? ("--series-1" as const),
  };
}
