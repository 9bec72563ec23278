import { Skeleton } from "@/components/ui/skeleton";

/** The shape of the page before its code is there. */
export function PlaygroundLoading() {
  return (
    <div aria-busy="true" className="flex min-h-0 flex-1 flex-col gap-3">
      <span role="status" className="sr-only">
        Loading the playground
      </span>
      <Skeleton className="h-control w-96 max-w-full" />
      <Skeleton className="h-24 rounded-8" />
      <div className="grid min-h-0 flex-1 grid-cols-[292px_minmax(0,1fr)_300px] gap-3 max-lg:grid-cols-[minmax(0,1fr)]">
        <Skeleton className="h-full min-h-40 rounded-8" />
        <Skeleton className="h-full min-h-40 rounded-8" />
        <Skeleton className="h-full min-h-40 rounded-8" />
      </div>
    </div>
  );
}
