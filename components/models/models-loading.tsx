"use client";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { LoadingState } from "@/components/ui/states";

/** The page to come. */
export function ModelsLoading() {
  return (
    <Panel label="Loading" className="flex-none">
      <LoadingState label="models" waitingFor="The page is loaded">
        {["w-2/3", "w-1/2", "w-3/4"].map((width) => (
          <Skeleton key={width} className={`my-1.5 ${width}`} />
        ))}
      </LoadingState>
    </Panel>
  );
}
