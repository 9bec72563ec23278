import { Panel } from "@/components/ui/panel";
import { Skeleton, SkeletonPlot } from "@/components/ui/skeleton";
import { LoadingState } from "@/components/ui/states";

/** The shape of the page before its figures. */
export function BudgetsLoading() {
  return (
    <LoadingState
      label="budgets"
      waitingFor="The database sums up the tokens of today"
      className="p-0"
    >
      <Panel label="Budget of today" className="flex-none p-3">
        <SkeletonPlot className="h-50" />
      </Panel>
      <Panel label="Budgets" className="flex-none gap-3 p-3">
        <Skeleton />
        <Skeleton className="w-2/3" />
      </Panel>
    </LoadingState>
  );
}
