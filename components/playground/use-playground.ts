"use client";
import { useMemo } from "react";
import { judgeContext } from "@/domain/tokens/context-budget";
import { partsOf } from "./budget-scale";
import { ranksOf } from "./section-ranks";
import { useDraft } from "./use-draft";
import { type PlaygroundSearch, useProfileChoice } from "./use-profile-choice";
import { type ServerCount, useServerCount } from "./use-server-count";
import { useTokenWorker } from "./use-token-worker";
import type { PromptMeasure } from "./worker-messages";
import type { StartWorker } from "./worker-session";

/** So many tokens of a section are drawn. */
const MAX_DRAWN_TOKENS = 100_000;

/** The tokens of the prompt as the page shows them, and who counted them. */
export interface Counted {
  totalTokens: number;
  keys: readonly string[];
  sectionTokens: readonly number[];
  durationMs: number;
  by: "worker" | "server";
}

export type PlaygroundView = ReturnType<typeof usePlayground>;

/** Everything that the panels show, from the draft, the profile, the worker and the server. */
export function usePlayground(search: PlaygroundSearch, startWorker: StartWorker) {
  const choice = useProfileChoice(search);
  const written = useDraft();
  const worker = useTokenWorker(startWorker, useWorkerInputs(choice, written));
  const isCountedByServer = choice.isServers || worker.state.kind === "failed";
  const server = useServerCount(written.draft.sections, {
    model: choice.profile?.name ?? null,
    encoding: search.encoding,
    isAsked: isCountedByServer && choice.profile !== null && !written.isTooLong,
  });
  const counted = useMemo(
    () => countedBy(isCountedByServer, server.count, worker.measure),
    [isCountedByServer, server.count, worker.measure],
  );
  const fates = useFates(choice, written, { counted, measure: worker.measure });
  return { ...choice, ...written, ...fates, worker, server, isCountedByServer, counted };
}

type Choice = ReturnType<typeof useProfileChoice>;
type Written = ReturnType<typeof useDraft>;

function useWorkerInputs(choice: Choice, { draft, selected, isTooLong }: Written) {
  const { encoding, budget, isTruncating, profile } = choice;
  const { sections } = draft;
  const maxTokens = isTruncating && budget !== null ? budget.availableTokens : null;
  const priorities = profile?.sectionPriorities;
  const measure = useMemo(
    () =>
      priorities === undefined || isTooLong ? null : { encoding, sections, maxTokens, priorities },
    [encoding, sections, maxTokens, priorities, isTooLong],
  );
  const text = selected?.text;
  const split = useMemo(
    () =>
      text === undefined || isTooLong ? null : { encoding, text, maxTokens: MAX_DRAWN_TOKENS },
    [encoding, text, isTooLong],
  );
  return { measure, split };
}

function countedBy(
  isByServer: boolean,
  server: ServerCount | null,
  measure: PromptMeasure | null,
): Counted | null {
  if (!isByServer) return measure && { ...measure, by: "worker" };
  if (server === null) return null;
  const { answer, keys, durationMs } = server;
  const sectionTokens = answer.sections?.map(({ tokens }) => tokens) ?? [];
  return { totalTokens: answer.tokens, keys, sectionTokens, durationMs, by: "server" };
}

/** What becomes of the prompt and of each of its sections. */
function useFates(
  { profile, budget, isTruncating }: Choice,
  { draft }: Written,
  { counted, measure }: { counted: Counted | null; measure: PromptMeasure | null },
) {
  const { sections } = draft;
  const priorities = profile?.sectionPriorities;
  const ranks = useMemo(() => ranksOf(sections, priorities ?? []), [sections, priorities]);
  const truncation = isTruncating ? (measure?.truncation ?? null) : null;
  const removedKeys = useMemo(
    () => new Set(truncation?.removed.map(({ index }) => measure?.keys[index] ?? "")),
    [truncation, measure],
  );
  const parts = useMemo(() => {
    const byKey = new Map(
      sections.map(({ key, name }, index) => [
        key,
        { name, isRequired: ranks[index]?.isRequired ?? false },
      ]),
    );
    return counted && partsOf(byKey, counted, removedKeys);
  }, [sections, ranks, counted, removedKeys]);
  const judged =
    counted && budget && profile
      ? judgeContext(counted.totalTokens, budget, profile.warningThreshold)
      : null;
  return { ranks, truncation, removedKeys, parts, judged };
}
