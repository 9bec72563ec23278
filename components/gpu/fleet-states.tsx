"use client";
import { Cpu } from "lucide-react";
import { describeError } from "@/components/trpc/describe-error";
import { Panel } from "@/components/ui/panel";
import { Skeleton, SkeletonPlot } from "@/components/ui/skeleton";
import { CommandLine, EmptyState, ErrorState, LoadingState } from "@/components/ui/states";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { sourceName } from "@/domain/units/gpu-metric-display";

/** Cards to come. */
export function FleetLoading({ count = 3 }: { count?: number }) {
  return (
    <Panel label="Loading">
      <LoadingState
        label="GPUs"
        waitingFor="The collector has not answered yet; it asks the driver."
      >
        <div className="grid grid-cols-3 gap-3 max-md:grid-cols-1">
          {Array.from({ length: count }, (_, index) => (
            <div key={index} className="flex flex-col gap-3 py-1">
              <Skeleton className="w-1/3" />
              <SkeletonPlot className="h-12" />
              <Skeleton />
              <Skeleton className="w-2/3" />
            </div>
          ))}
        </div>
      </LoadingState>
    </Panel>
  );
}

/** No GPU: where it was looked for, what was missing, what next. */
export function NoGpu({ sources }: { sources: readonly SourceStatus[] }) {
  const looked = sources.filter((status) => status.source !== "simulated");
  return (
    <Panel label="No GPU" className="max-w-120">
      <EmptyState
        icon={<Cpu />}
        title="No GPU on this machine"
        lookedAt={looked.map((status) => ({
          name: sourceName(status.source),
          detail: status.detail,
        }))}
        actions={<CommandLine command="GPU_SOURCES=simulated npm start" />}
      >
        Sightline looked in {countOf(looked.length)} and goes on looking. It shows the first GPU
        that answers, without a restart. To try the pages without one, simulate it:
      </EmptyState>
    </Panel>
  );
}

function countOf(places: number): string {
  const words = ["no place", "one place", "two places", "three places", "four places"];
  return words[places] ?? `${places} places`;
}

/** The server did not say what GPUs there are. */
export function FleetError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Panel label="Error" className="max-w-120">
      <ErrorState title="GPUs were not read" {...describeError(error)} onRetry={onRetry} />
    </Panel>
  );
}

/** The live values are there, their past is not. */
export function HistoryError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return <ErrorState title="History was not read" {...describeError(error)} onRetry={onRetry} />;
}
