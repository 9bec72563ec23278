"use client";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState, LoadingState } from "@/components/ui/states";
import { describeError } from "./describe-error";

interface ListNotReadProps {
  /** What it is a list of, in the middle of a sentence. */
  label: string;
  /** Said when it was not read. */
  title: string;
  waitingFor: string;
  /** Of the query; null while it runs. */
  error: unknown;
  onRetry: () => void;
}

/** In the place of a short list that is not here yet: it is on its way, or was not read. */
export function ListNotRead({ label, title, waitingFor, error, onRetry }: ListNotReadProps) {
  if (error !== null)
    return <ErrorState title={title} {...describeError(error)} onRetry={onRetry} />;
  return (
    <LoadingState label={label} waitingFor={waitingFor}>
      <Skeleton className="h-8" />
    </LoadingState>
  );
}
