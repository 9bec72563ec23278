"use client";
import { useMutation } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { Panel } from "@/components/ui/panel";
import { ErrorState } from "@/components/ui/states";
import { Strip } from "@/components/ui/strip";
import { apiCallOf, type CallStyle, type CallSubject, requestOf } from "./api-call";
import { BudgetPanel } from "./budget-panel";
import { CallPanel } from "./call-panel";
import { CountPanel } from "./count-panel";
import type { DraftSection } from "./draft";
import { PlaygroundHead } from "./playground-head";
import { SectionsPanel } from "./sections-panel";
import { SilentCutPanel } from "./silent-cut-panel";
import { TokenPanel } from "./token-panel";
import { TruncationPanel } from "./truncation-panel";
import { useFailedPrompt } from "./use-failed-prompt";
import { usePlayground } from "./use-playground";
import type { PlaygroundSearch } from "./use-profile-choice";
import { startTokenWorker } from "./use-token-worker";
import { VerdictPanel } from "./verdict-panel";
import type { StartWorker } from "./worker-session";

interface PlaygroundProps {
  search: PlaygroundSearch;
  /** Tests give a fake. */
  startWorker?: StartWorker;
}

/** A prompt, what it costs, what truncation takes out of it, and the call that does the same. */
export function Playground({ search, startWorker = startTokenWorker }: PlaygroundProps) {
  const view = usePlayground(search, startWorker);
  const { profile, profiles, change } = view;
  const [style, setStyle] = useState<CallStyle>("curl");
  const validate = useMutation(useTRPC().tokens.validate.mutationOptions());
  const replace = (sections: readonly Omit<DraftSection, "key">[]) => {
    validate.reset();
    change({ kind: "replace", sections });
  };
  const failed = useFailedPrompt(replace);
  const subject: CallSubject = {
    origin: window.location.origin,
    sections: view.draft.sections,
    model: profile?.name ?? null,
    encoding: search.encoding,
    isTruncating: view.isTruncating,
  };

  if (profiles.error !== null && profile === null)
    return (
      <Panel label="Error" className="max-w-120 flex-none">
        <ErrorState
          title="The profiles of models were not read"
          {...describeError(profiles.error)}
          onRetry={() => void profiles.refetch()}
        />
      </Panel>
    );
  return (
    <>
      <OfflineStrip />
      <PlaygroundHead
        view={view}
        search={search}
        failed={failed}
        call={() => apiCallOf(subject, style)}
        onValidate={() => {
          validate.mutate(validateInput(subject));
        }}
        isValidating={validate.isPending}
      />
      <BudgetPanel view={view} />
      <div className="grid min-h-0 flex-1 grid-cols-[292px_minmax(0,1fr)_300px] gap-3 max-lg:flex-none max-lg:grid-cols-[260px_minmax(0,1fr)] max-md:grid-cols-[minmax(0,1fr)] max-md:gap-2.5">
        <SectionsPanel view={view} />
        <div className="flex min-h-0 min-w-0 flex-col gap-3 max-lg:min-h-150 max-md:gap-2.5">
          <TokenPanel
            view={view}
            onExample={() =>
              void import("./example-prompt").then((it) => replace(it.examplePrompt))
            }
          />
          <TruncationPanel view={view} />
        </div>
        <aside
          aria-label="Verdict and facts"
          className="flex min-h-0 min-w-0 [scrollbar-width:thin] flex-col gap-3 overflow-y-auto max-lg:col-span-full max-lg:overflow-visible max-md:gap-2.5"
        >
          <VerdictPanel
            view={view}
            validation={{ answer: validate.data ?? null, error: validate.error }}
          />
          <CountPanel view={view} />
          {profile !== null && <SilentCutPanel profile={profile} />}
          <CallPanel subject={subject} style={style} onStyle={setStyle} />
        </aside>
      </div>
    </>
  );
}

function OfflineStrip() {
  if (useOnline()) return null;
  return (
    <Strip icon={<WifiOff />} className="flex-none rounded-8 border">
      This browser is offline. Counting and truncation go on here; Validate and the server’s counts
      wait for the connection.
    </Strip>
  );
}

/** Validation is of the prompt as it is: it is asked what would happen without truncation. */
function validateInput(subject: CallSubject) {
  const { markRemoved: _, ...input } = requestOf(subject);
  return input;
}

function subscribeOnline(listener: () => void) {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

function useOnline(): boolean {
  return useSyncExternalStore(
    subscribeOnline,
    () => navigator.onLine,
    () => true,
  );
}
