"use client";
import { Download } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { type ReactNode, useMemo } from "react";
import { downloadCsv } from "@/components/charts/download-csv";
import { usePageTitle } from "@/components/layout/page-title";
import { RangeLink } from "@/components/layout/range-link";
import { changeAddress } from "@/components/layout/url-state";
import { FilterSelect } from "@/components/ui/filter-select";
import { NoMatch } from "@/components/tokens/no-match";
import { NoPrompts } from "@/components/tokens/no-prompts";
import { OverviewLoading } from "@/components/tokens/overview-loading";
import { TokenTabs } from "@/components/tokens/token-tabs";
import { UsageError } from "@/components/tokens/usage-error";
import type { UsageFilter } from "@/components/tokens/usage-filter";
import { usageCsv } from "@/components/tokens/usage-csv";
import { useUsageSummary } from "@/components/tokens/use-token-usage";
import { Button, buttonClass } from "@/components/ui/button";
import { TokensIcon } from "@/components/ui/icons";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { Overview } from "./overview";
import { parseTokensSearch } from "./search-params";

const noRows: readonly UsageRow[] = [];

/** How prompts use the context of the models: whether they fit, how full, since when, which service, what to do. */
export function TokensClient() {
  usePageTitle({ title: "Tokens" });
  const { filter } = parseTokensSearch(useSearchParams());
  const summary = useUsageSummary();
  const all = summary.data?.rows ?? noRows;
  const rows = useMemo(() => all.filter((row) => isOf(row, filter)), [all, filter]);
  return (
    <>
      <TokenTabs>
        <Filters filter={filter} rows={all} />
        <Button
          size="sm"
          icon={<Download />}
          aria-label="CSV of models and services"
          disabled={rows.length === 0}
          onClick={() => {
            const csv = usageCsv(rows);
            downloadCsv("tokens-by-model-and-service", csv.header, csv.rows);
          }}
        >
          CSV
        </Button>
        <RangeLink
          href="/tokens/playground"
          className={buttonClass({ size: "sm", variant: "primary" })}
        >
          <TokensIcon />
          Playground
        </RangeLink>
      </TokenTabs>
      <Content summary={summary} rows={rows} filter={filter} />
    </>
  );
}

function isOf(row: UsageRow, { service, model }: UsageFilter): boolean {
  return (service === null || row.service === service) && (model === null || row.model === model);
}

function Filters({ filter, rows }: { filter: UsageFilter; rows: readonly UsageRow[] }) {
  const namesOf = (of: (row: UsageRow) => string) =>
    [...new Set(rows.map(of))].sort().map((value) => ({ value }));
  return (
    <>
      <FilterSelect
        label="Service"
        chosen={filter.service}
        options={namesOf((row) => row.service)}
        onChoose={(service) => {
          changeAddress({ service });
        }}
      />
      <FilterSelect
        label="Model"
        chosen={filter.model}
        options={namesOf((row) => row.model)}
        onChoose={(model) => {
          changeAddress({ model });
        }}
      />
    </>
  );
}

interface ContentProps {
  summary: ReturnType<typeof useUsageSummary>;
  rows: readonly UsageRow[];
  filter: UsageFilter;
}

function Content({ summary, rows, filter }: ContentProps): ReactNode {
  const { data, error } = summary;
  if (data === undefined)
    return error === null ? (
      <OverviewLoading />
    ) : (
      <UsageError
        title="Prompts were not read"
        error={error}
        onRetry={() => void summary.refetch()}
      />
    );
  if (data.rows.length === 0) return <NoPrompts />;
  if (rows.length === 0) return <NoMatch filter={filter} others={data.rows.length} />;
  return <Overview summary={data} rows={rows} filter={filter} />;
}
