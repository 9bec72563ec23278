"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { RangeLink } from "@/components/layout/range-link";
import { describeError } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/class-names";
import { Panel } from "@/components/ui/panel";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import type { MeasuredError } from "@/domain/tokens/usage-report";
import { formatDecimals, formatFull, NO_VALUE } from "@/domain/units/format-number";
import { FactList, FactRow } from "./fact-list";
import type { Counted, PlaygroundView } from "./use-playground";

/** How the numbers of the page came to be, and how far they are from what servers reported. */
export function CountPanel({ view }: { view: PlaygroundView }) {
  const { profile, server, counted, isCountedByServer, encoding } = view;
  const errors = useQuery(useTRPC().tokens.measuredErrors.queryOptions());
  const name = isCountedByServer ? (server.count?.answer.method.name ?? null) : encoding;
  const error = errorOf(errors.data?.errors, profile, name);
  return (
    <Panel title="How it was counted" divided className="flex-none">
      <FactList>
        <FactRow name="Method">{methodText(view)}</FactRow>
        <FactRow name="Model’s own tokenizer">
          <OwnTokenizer profile={profile} />
        </FactRow>
        <FactRow name="Error against the server" tone={error && "warn"}>
          {error ? errorText(error) : "not measured"}
        </FactRow>
        <FactRow name="Time">{counted === null ? NO_VALUE : timeText(counted)}</FactRow>
      </FactList>
      <WorkerNote view={view} />
      <ServerNotes server={server} />
    </Panel>
  );
}

function timeText({ durationMs, by }: Counted): string {
  const where = by === "worker" ? "in a worker" : "by the server";
  return `${formatDecimals(durationMs, 1)} ms, ${where}`;
}

/** Who counts, where it is not simply the worker. */
function WorkerNote({ view: { worker, isCountedByServer, encoding } }: { view: PlaygroundView }) {
  if (worker.state.kind === "failed")
    return (
      <Note tone="warn">
        The worker of this browser does not run: {worker.state.reason} The server counts instead.{" "}
        <Button size="sm" onClick={worker.restart}>
          Try again
        </Button>
      </Note>
    );
  if (!isCountedByServer) return null;
  return (
    <Note>
      The server counts with the model’s own tokenizer. The colours and what truncation changes come
      from {encoding}.
    </Note>
  );
}

function ServerNotes({ server: { count, error, isTooLong } }: Pick<PlaygroundView, "server">) {
  const warning = count?.answer.method.warning ?? null;
  return (
    <>
      {warning !== null && <Note tone="warn">{warning}</Note>}
      {isTooLong && (
        <Note tone="warn">The prompt is longer than the server takes in one call, 2 MB.</Note>
      )}
      {error !== null && <Note tone="warn">{describeError(error).message}</Note>}
    </>
  );
}

function Note({ tone, children }: { tone?: "warn"; children: ReactNode }) {
  return (
    <p
      className={cn(
        "border-t border-line-1 px-3 py-2 type-12",
        tone === "warn" ? "text-warn" : "text-fg-2",
      )}
    >
      {children}
    </p>
  );
}

function methodText({ isCountedByServer, server, encoding }: PlaygroundView): string {
  if (!isCountedByServer) return `tiktoken ${encoding}, exact for it`;
  const method = server.count?.answer.method;
  if (method === undefined) return "asking the server";
  switch (method.kind) {
    case "server":
      return `/tokenize of ${method.name}, exact`;
    case "tokenizer":
      return `tokenizer ${method.name}, exact`;
    case "encoding":
      return `tiktoken ${method.name}, exact for it`;
    case "estimate":
      return "estimate, 4 characters a token";
  }
}

function OwnTokenizer({ profile }: { profile: ListedProfile | null }) {
  switch (profile?.counting.kind) {
    case "tokenizer":
      return "a tokenizer file";
    case "server":
      return "on its server";
    case "encoding":
    case undefined:
      return (
        <>
          not set{" "}
          <RangeLink href="/tokens/models" className="text-accent underline">
            Add
          </RangeLink>
        </>
      );
  }
}

function errorOf(
  errors: readonly MeasuredError[] | undefined,
  profile: ListedProfile | null,
  method: string | null,
): MeasuredError | null {
  if (profile === null) return null;
  const models = new Set([profile.name, ...profile.modelNames]);
  return errors?.find((one) => models.has(one.model) && one.methodName === method) ?? null;
}

function errorText({ errorPercent, calls }: MeasuredError): string {
  const sign = errorPercent > 0 ? "+" : "";
  return `${sign}${formatDecimals(errorPercent, 1)} %, ${formatFull(calls)} calls`;
}
