"use client";
import { Forbidden } from "@/components/layout/forbidden";
import { describeError } from "@/components/trpc/describe-error";
import { Panel } from "@/components/ui/panel";
import { ErrorState } from "@/components/ui/states";

const notAllowed: readonly (string | null)[] = ["FORBIDDEN", "UNAUTHORIZED"];

/** Who asks may not read it, whatever is tried again. */
export function isNotAllowed(error: unknown): boolean {
  return error !== null && notAllowed.includes(describeError(error).code);
}

interface UsageErrorProps {
  /** "Prompts were not read" */
  title: string;
  error: unknown;
  onRetry: () => void;
}

/** The figures of the page did not come: what failed, or who may read them. */
export function UsageError({ title, error, onRetry }: UsageErrorProps) {
  const described = describeError(error);
  if (isNotAllowed(error)) return <Forbidden what="Reading what prompts use" needs="viewer" />;
  return (
    <Panel label="Error" className="max-w-120 flex-none">
      <ErrorState title={title} {...described} onRetry={onRetry} />
    </Panel>
  );
}
