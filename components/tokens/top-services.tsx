"use client";
import { useMemo } from "react";
import { Panel } from "@/components/ui/panel";
import { Cell, HeadCell, Table } from "@/components/ui/table";
import type { UsageRow } from "@/domain/tokens/usage-history";
import { formatFull } from "@/domain/units/format-number";
import { formatTokens } from "@/domain/units/format-tokens";

interface ServiceTotal {
  service: string;
  prompts: number;
  promptTokens: number;
  completionTokens: number;
}

const MOST = 8;

/** Who uses most, by the tokens that model servers reported. */
export function TopServices({ rows }: { rows: readonly UsageRow[] }) {
  const services = useMemo(() => serviceTotals(rows), [rows]);
  const shown = services.slice(0, MOST);
  const largest = shown.reduce((most, one) => Math.max(most, usedBy(one)), 1);
  const hasReports = services.some((one) => usedBy(one) > 0);
  return (
    <Panel
      title="Top services"
      subtitle="by tokens that model servers reported"
      divided
      className="max-h-80 flex-none"
    >
      <div
        role="region"
        aria-label="Table of top services"
        tabIndex={0}
        className="relative min-h-0 overflow-auto -outline-offset-2"
      >
        <Table>
          <thead>
            <tr>
              <HeadCell>Service</HeadCell>
              <HeadCell isNumber>Prompts</HeadCell>
              <HeadCell isNumber>Tokens in</HeadCell>
              <HeadCell isNumber>Tokens out</HeadCell>
              <HeadCell>
                <span className="sr-only">Share</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.service}>
                <Cell className="font-medium">{one.service}</Cell>
                <Cell isNumber>{formatFull(one.prompts)}</Cell>
                <Cell isNumber title={`${formatFull(one.promptTokens)} tokens`}>
                  {formatTokens(one.promptTokens)}
                </Cell>
                <Cell isNumber title={`${formatFull(one.completionTokens)} tokens`}>
                  {formatTokens(one.completionTokens)}
                </Cell>
                <Cell className="w-24">
                  <span className="block h-1.5 overflow-hidden rounded-2 bg-surface-3">
                    <i
                      style={{ width: `${(usedBy(one) / largest) * 100}%` }}
                      className="block h-full bg-series-1"
                    />
                  </span>
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      </div>
      {!hasReports && (
        <p className="border-t border-line-1 px-3 py-2 type-12 text-pretty text-fg-2">
          No usage was reported in this range. Send what the model server says to{" "}
          <code className="type-code text-fg-1">POST /api/tokens/report</code>, with the request id
          of the validation.
        </p>
      )}
      {services.length > MOST && (
        <p className="border-t border-line-1 px-3 py-2 type-12 text-fg-3">
          {formatFull(services.length - MOST)} more used less.
        </p>
      )}
    </Panel>
  );
}

const usedBy = ({ promptTokens, completionTokens }: ServiceTotal) =>
  promptTokens + completionTokens;

/** Sums over the models of each service, the most tokens first, then the most prompts. */
function serviceTotals(rows: readonly UsageRow[]): ServiceTotal[] {
  const totals = new Map<string, ServiceTotal>();
  for (const row of rows) {
    const known = totals.get(row.service) ?? {
      service: row.service,
      prompts: 0,
      promptTokens: 0,
      completionTokens: 0,
    };
    known.prompts += row.prompts;
    known.promptTokens += row.reportedPromptTokens;
    known.completionTokens += row.reportedCompletionTokens;
    totals.set(row.service, known);
  }
  return [...totals.values()].sort(
    (left, right) => usedBy(right) - usedBy(left) || right.prompts - left.prompts,
  );
}
