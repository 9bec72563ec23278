import { Panel } from "@/components/ui/panel";
import { Skeleton, SkeletonPlot } from "@/components/ui/skeleton";
import { LoadingState } from "@/components/ui/states";

/** The shape of the page before its figures. */
export function OverviewLoading() {
  return (
    <LoadingState
      label="prompts"
      waitingFor="The database sums the prompts of the range up"
      className="p-0"
    >
      <Panel label="Verdict, on its way" className="flex-none p-3">
        <Skeleton className="w-1/2" />
      </Panel>
      <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 max-lg:grid-cols-1">
        <Panel label="Context used, on its way" className="p-3">
          <SkeletonPlot className="h-46" />
        </Panel>
        <Panel label="Prompt size, on its way" className="p-3">
          <SkeletonPlot className="h-46" />
        </Panel>
      </div>
      <Panel label="Models, on its way" className="flex-none gap-3 p-3">
        <Skeleton />
        <Skeleton />
        <Skeleton />
      </Panel>
    </LoadingState>
  );
}
