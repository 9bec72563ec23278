"use client";
import { useQueries } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { Badge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { Panel } from "@/components/ui/panel";
import { formatClock, formatIso } from "@/domain/time/format-time";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import type { SilentCut } from "@/domain/tokens/usage-report";
import { formatFull } from "@/domain/units/format-number";
import { FactList, FactRow } from "./fact-list";

const DAYS_BACK = 31;
const DAY_MS = 86_400_000;

/** The newest prompt of this model that its server cut without an error. */
export function SilentCutPanel({ profile }: { profile: ListedProfile }) {
  const trpc = useTRPC();
  const [nowMs] = useState(() => Date.now());
  const range = { fromMs: nowMs - DAYS_BACK * DAY_MS, toMs: nowMs + DAY_MS };
  const answers = useQueries({
    queries: [profile.name, ...profile.modelNames].map((model) =>
      trpc.tokens.silentCuts.queryOptions({ ...range, model, limit: 1 }),
    ),
  });
  const cuts = answers.flatMap(({ data }) => data?.cuts ?? []);
  const newest = cuts.toSorted((a, b) => b.atMs - a.atMs)[0];
  const total = answers.reduce((sum, { data }) => sum + (data?.total ?? 0), 0);
  const isRead = answers.every(({ data }) => data !== undefined);
  return (
    <Panel
      title={
        <span className="flex items-center gap-2">
          What the server did
          {newest !== undefined && (
            <Badge tone="warn" icon={<TriangleAlert />}>
              Silent cut
            </Badge>
          )}
        </span>
      }
      divided
      className="flex-none"
    >
      {newest === undefined ? (
        <p className="px-3 py-2.5 type-12 text-fg-2">
          {isRead ? calmSentence(profile.name) : "What servers reported is being read."}
        </p>
      ) : (
        <Cut cut={newest} total={total} />
      )}
    </Panel>
  );
}

function calmSentence(name: string): string {
  return `No prompt of ${name} was cut without an error in the last ${DAYS_BACK} days. Cuts are found where services report the usage that the model server told them.`;
}

function Cut({ cut, total }: { cut: SilentCut; total: number }) {
  const { atMs, sentTokens, countedTokens, lostTokens, model, traceId, requestId } = cut;
  const id = traceId ?? requestId;
  return (
    <>
      <FactList>
        <FactRow name="Sent at">
          <time dateTime={formatIso(atMs)} title={formatIso(atMs)}>
            {formatClock(atMs, { seconds: true })}
          </time>{" "}
          {formatFull(sentTokens)}
        </FactRow>
        <FactRow name={`Counted by ${model}`} tone="warn">
          {formatFull(countedTokens)}
        </FactRow>
        <FactRow name="Lost without an error" tone="warn">
          {formatFull(lostTokens)}
        </FactRow>
      </FactList>
      <p className="flex items-center gap-1 border-t border-line-1 px-3 py-0.5 type-12 text-fg-2">
        {traceId === null ? "Request" : "Trace"}{" "}
        <span className="min-w-0 truncate type-code text-[11px]">{id}</span>
        <CopyButton
          text={id}
          label={traceId === null ? "Copy the request id" : "Copy the trace id"}
        />
        <span className="ml-auto whitespace-nowrap text-fg-3">{formatFull(total)} in 31 days</span>
      </p>
    </>
  );
}
