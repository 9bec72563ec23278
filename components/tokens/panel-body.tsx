"use client";
import type { ReactNode } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState, LoadingState } from "@/components/ui/states";

interface PanelBodyProps<Data> {
  query: { data: Data | undefined; error: unknown; refetch: () => unknown };
  /** "The dry run" */
  what: string;
  /** Said after 2 s. */
  waitingFor: string;
  /** The shape of what comes; without it a few lines. */
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** What a query of a panel gives, or that it is on its way, or why it failed. Known values stay while they are asked again. */
export function PanelBody<Data>(props: PanelBodyProps<Data>) {
  const { query, what, waitingFor, skeleton } = props;
  if (query.data !== undefined) return props.children(query.data);
  if (query.error !== null)
    return (
      <ErrorState
        title={`${what} was not read`}
        {...describeError(query.error)}
        onRetry={() => query.refetch()}
      />
    );
  return (
    <LoadingState label={what} waitingFor={waitingFor}>
      {skeleton ?? (
        <>
          <Skeleton className="w-2/3" />
          <Skeleton />
          <Skeleton className="w-1/2" />
        </>
      )}
    </LoadingState>
  );
}
