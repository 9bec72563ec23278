import type { CsvCell } from "@/domain/chart/csv";
import { methodText } from "@/domain/tokens/method-text";
import type { UsageRow } from "@/domain/tokens/usage-history";

const columns: readonly (readonly [head: string, of: (row: UsageRow) => CsvCell])[] = [
  ["model", (row) => row.model],
  ["service", (row) => row.service],
  ["prompts", (row) => row.prompts],
  ["mean_tokens", (row) => row.meanTokens],
  ["p95_tokens", (row) => row.p95Tokens],
  ["max_tokens", (row) => row.maxTokens],
  ["context_window", (row) => row.contextWindow],
  ["available_tokens", (row) => row.availableTokens],
  ["mean_utilization", (row) => row.meanUtilization],
  ["max_utilization", (row) => row.maxUtilization],
  ["warnings", (row) => row.warnings],
  ["over", (row) => row.over],
  ["truncated", (row) => row.truncated],
  ["cut_by_server", (row) => row.silentCuts],
  ["reported_prompt_tokens", (row) => row.reportedPromptTokens],
  ["reported_completion_tokens", (row) => row.reportedCompletionTokens],
  ["counted_by", (row) => (row.method === null ? null : methodText(row.method))],
];

/** The table of models and services with every digit. */
export function usageCsv(rows: readonly UsageRow[]): {
  header: string[];
  rows: CsvCell[][];
} {
  return {
    header: columns.map(([head]) => head),
    rows: rows.map((row) => columns.map(([, of]) => of(row))),
  };
}
