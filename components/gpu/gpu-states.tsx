"use client";
import { Cpu } from "lucide-react";
import { RangeLink } from "@/components/layout/range-link";
import { buttonClass } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { Skeleton, SkeletonPlot } from "@/components/ui/skeleton";
import { EmptyState, LoadingState } from "@/components/ui/states";

/** Bar and lanes to come. */
export function GpuLoading() {
  return (
    <Panel label="Loading">
      <LoadingState label="GPU" waitingFor="The server reads the samples of this range.">
        <Skeleton className="h-4 w-1/4" />
        <Skeleton className="h-5.5" />
        {Array.from({ length: 4 }, (_, index) => (
          <div key={index} className="grid grid-cols-[minmax(0,1fr)_180px] items-center gap-4">
            <SkeletonPlot className="h-22" />
            <Skeleton className="w-2/3" />
          </div>
        ))}
      </LoadingState>
    </Panel>
  );
}

/** The address names no GPU, or one that was never seen. */
export function UnknownGpu({ gpuUuid }: { gpuUuid: string | null }) {
  return (
    <Panel label="Unknown GPU" className="max-w-120">
      <EmptyState
        icon={<Cpu />}
        title={gpuUuid === null ? "No GPU is named in the address" : "This GPU is not known here"}
        actions={
          <RangeLink href="/gpus" className={buttonClass({ size: "sm", variant: "primary" })}>
            Show all GPUs
          </RangeLink>
        }
      >
        {gpuUuid === null ? (
          "The address of a GPU ends in its id, as in /gpu?gpu=GPU-8b1f3c52…"
        ) : (
          <>
            No sample of <code className="type-code break-all text-fg-1">{gpuUuid}</code> exists in
            this range, and it does not report now. It may have been taken out, or the range is too
            early.
          </>
        )}
      </EmptyState>
    </Panel>
  );
}
