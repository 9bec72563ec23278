"use client";
import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Skeleton } from "@/components/ui/skeleton";
import { ErrorState } from "@/components/ui/states";

/** The text of a prompt, where it was kept and the asker may read it. It is asked for by a press, never by looking. */
export function PromptText({ id, hasSample }: { id: string; hasSample: boolean }) {
  const [isAsked, setIsAsked] = useState(false);
  return (
    <section aria-label="Prompt text" className="flex flex-col items-start gap-1.5">
      <h3 className="type-12 font-semibold">Prompt text</h3>
      {!hasSample && (
        <p className="text-pretty text-fg-2">
          Not kept. Texts are stored only while <code className="type-code">PROMPT_SAMPLES</code> is
          on, for a few days, and only the role of{" "}
          <code className="type-code">PROMPT_CONTENT_ROLE</code> may read them.
        </p>
      )}
      {hasSample && !isAsked && (
        <Button
          size="sm"
          icon={<FileText />}
          onClick={() => {
            setIsAsked(true);
          }}
        >
          Read the stored text
        </Button>
      )}
      {isAsked && <Sample id={id} />}
    </section>
  );
}

function Sample({ id }: { id: string }) {
  const query = useQuery(
    useTRPC().tokens.promptSample.queryOptions({ id }, { staleTime: Infinity, gcTime: 0 }),
  );
  if (query.data === undefined && query.error === null)
    return (
      <div aria-busy="true" className="w-full space-y-2">
        <Skeleton />
        <Skeleton className="w-2/3" />
      </div>
    );
  if (query.data === undefined) {
    const described = describeError(query.error);
    if (described.code === "FORBIDDEN")
      return (
        <p role="alert" className="text-pretty text-fg-2">
          You may not read stored prompts: {described.message}
        </p>
      );
    return (
      <ErrorState
        title="The text was not read"
        {...described}
        onRetry={() => void query.refetch()}
        className="px-0"
      />
    );
  }
  const { text, isShortened } = query.data;
  return (
    <div className="relative w-full">
      <pre
        tabIndex={0}
        className="max-h-90 overflow-auto rounded-6 border border-line-1 bg-surface-2 p-2.5 pr-9 type-code text-[11px] whitespace-pre-wrap"
      >
        {text}
      </pre>
      <span className="absolute top-1 right-1">
        <CopyButton label="Copy the text" text={text} />
      </span>
      {isShortened && <p className="pt-1 type-11 text-fg-3">Only the first part was kept.</p>}
    </div>
  );
}
