"use client";
import { CircleCheck, OctagonAlert, ScrollText, Scissors, TriangleAlert } from "lucide-react";
import { RangeLink } from "@/components/layout/range-link";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import type { UsageVerdict } from "@/domain/tokens/usage-verdict";
import { formatFull } from "@/domain/units/format-number";
import { formatCount, formatShare } from "@/domain/units/format-tokens";
import { type UsageFilter, usageConditions } from "./usage-filter";

type Verdict = Exclude<UsageVerdict, { kind: "none" }>;

const looks = {
  fits: { icon: CircleCheck, edge: "border-l-ok-fill", tone: "text-ok" },
  full: { icon: TriangleAlert, edge: "border-l-warn-fill", tone: "text-warn" },
  over: { icon: TriangleAlert, edge: "border-l-warn-fill", tone: "text-warn" },
  cut: { icon: OctagonAlert, edge: "border-l-crit-fill", tone: "text-crit" },
} as const;

interface VerdictStripProps {
  verdict: Verdict;
  filter: UsageFilter;
}

/** Whether prompts fit, in one sentence of the data, and the way to those that do not. */
export function VerdictStrip({ verdict, filter }: VerdictStripProps) {
  const { icon: Icon, edge, tone } = looks[verdict.kind];
  return (
    <section
      aria-label="Verdict"
      className={cn(
        "flex flex-none flex-wrap items-center gap-x-3 gap-y-2 rounded-8 border border-l-3 border-line-1 bg-surface-1 py-2 pr-2 pl-3",
        edge,
      )}
    >
      <Icon className={cn("size-4 flex-none", tone)} />
      <p className="min-w-0 flex-1 type-14 text-pretty text-fg-2 max-md:min-w-3/4 [&_b]:font-semibold [&_b]:text-fg-1">
        <Sentence verdict={verdict} />
      </p>
      <span className="ml-auto flex flex-none flex-wrap items-center gap-1.5 max-md:ml-7">
        <Actions verdict={verdict} filter={filter} />
      </span>
    </section>
  );
}

function Sentence({ verdict }: { verdict: Verdict }) {
  const { prompts, over, silentCuts, truncated, lead } = verdict;
  const fills = (
    <b>
      {lead.service} fills {formatShare(lead.meanUtilization)} of {lead.model}’s budget
    </b>
  );
  if (verdict.kind === "fits" || verdict.kind === "full")
    return (
      <>
        {prompts === 1 ? "The one prompt fits" : `All ${formatCount(prompts, "prompt")} fit`}.{" "}
        {fills}
        {verdict.kind === "fits" ? ", more than any other." : " on average, close to all of it."}
      </>
    );
  return (
    <>
      {fills} on average. {formatFull(over)} of {formatCount(prompts, "prompt")}{" "}
      {over === 1 ? "was" : "were"} over
      {silentCuts > 0 && (
        <>
          ; the server cut <b>{formatFull(silentCuts)} without an error</b>
        </>
      )}
      .{truncated > 0 && ` ${formatCount(truncated, "prompt")} had sections removed first.`}
    </>
  );
}

function Actions({ verdict, filter }: VerdictStripProps) {
  if (verdict.over === 0 && verdict.silentCuts === 0) return null;
  const narrowed = new URLSearchParams({
    ...usageConditions(filter),
    ...(verdict.silentCuts > 0 ? { only: "cut" } : { outcome: "over" }),
  });
  return (
    <>
      <RangeLink
        href={`/tokens/ledger?${narrowed.toString()}`}
        className={buttonClass({ size: "sm" })}
      >
        <ScrollText />
        {verdict.silentCuts > 0 ? "Prompts that were cut" : "Prompts that were over"}
      </RangeLink>
      <RangeLink href="/tokens/models" className={buttonClass({ size: "sm" })}>
        <Scissors />
        Set truncation
      </RangeLink>
    </>
  );
}
