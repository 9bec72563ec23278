"use client";
import type { ChartColour } from "@/components/charts/chart-colours";
import { Panel } from "@/components/ui/panel";
import type { DryRun } from "@/domain/tokens/usage-history";
import { formatFull } from "@/domain/units/format-number";
import { formatCount, formatTokens } from "@/domain/units/format-tokens";
import { PanelBody } from "./panel-body";
import type { UsageFilter } from "./usage-filter";
import { useDryRun } from "./use-token-usage";

interface DryRunPanelProps {
  filter: UsageFilter;
  /** The one service whose prompts were over; null: several. */
  service: string | null;
  colour: ChartColour;
}

/** What truncation would do to the prompts that were over; asking changes nothing. */
export function DryRunPanel({ filter, service, colour }: DryRunPanelProps) {
  const query = useDryRun(filter);
  const asked = query.data ? query.data.prompts + query.data.withoutSections : 0;
  return (
    <Panel
      title={`If ${service ?? "they"} were truncated`}
      subtitle={asked > 0 ? `dry run of the ${formatFull(asked)} that were over` : "dry run"}
      divided
      className="max-h-80 flex-none"
    >
      <PanelBody
        query={query}
        what="The dry run"
        waitingFor="The database reads the prompts that were over"
      >
        {(run) => <Sections run={run} colour={colour} />}
      </PanelBody>
    </Panel>
  );
}

function Sections({ run, colour }: { run: DryRun; colour: ChartColour }) {
  if (run.prompts === 0) return <NothingToTry run={run} />;
  return (
    <>
      <div
        role="region"
        aria-label="Sections that would be removed"
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
      >
        <table className="w-full border-collapse type-12">
          <thead className="sticky top-0 bg-surface-1 type-11 text-fg-3">
            <tr>
              <th scope="col" className="h-6.5 pl-3 text-left font-medium">
                Section
              </th>
              <td aria-hidden="true" />
              <th scope="col" className="px-2 text-right font-medium">
                Prompts
              </th>
              <th scope="col" className="pr-3 text-right font-medium">
                Saves
              </th>
            </tr>
          </thead>
          <tbody>
            {run.sections.map(({ name, prompts, savedTokens }) => (
              <tr key={name}>
                <th
                  scope="row"
                  className="h-5.5 max-w-44 truncate pl-3 text-left font-normal"
                  title={name}
                >
                  {name}
                </th>
                <td aria-hidden="true" className="w-20 pl-2">
                  <span className="block h-1.5 overflow-hidden rounded-2 bg-surface-3">
                    <i
                      style={{
                        width: `${(prompts / run.prompts) * 100}%`,
                        background: `var(${colour})`,
                      }}
                      className="block h-full min-w-px"
                    />
                  </span>
                </td>
                <td className="px-2 text-right">{formatFull(prompts)}</td>
                <td className="pr-3 text-right text-fg-2">{formatTokens(savedTokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="flex min-h-8 flex-none flex-wrap items-center gap-x-1 border-t border-line-1 px-3 py-1 type-12 text-fg-2 [&_b]:font-semibold [&_b]:text-fg-1">
        <span>
          <b>
            {formatFull(run.wouldFit)} of {formatFull(run.prompts)}
          </b>{" "}
          would fit
          {run.largest !== null && (
            <>
              ; {formatFull(run.largest.tokens)} becomes <b>{formatFull(run.largest.becomes)}</b>
            </>
          )}
          {run.withoutSections > 0 &&
            `. ${formatCount(run.withoutSections, "prompt")} came without sections: nothing can be said of them`}
        </span>
      </p>
    </>
  );
}

function NothingToTry({ run }: { run: DryRun }) {
  return (
    <p className="p-3 type-12 text-pretty text-fg-2">
      {run.withoutSections === 0
        ? "No prompt was over in this range: there is nothing to truncate."
        : `${formatCount(run.withoutSections, "prompt")} that ${run.withoutSections === 1 ? "was" : "were"} over came as one text. Send prompts in sections (name and text) and this panel tells which of them would go.`}
    </p>
  );
}
