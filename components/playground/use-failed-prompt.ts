"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { useTRPC } from "@/components/trpc/trpc";
import { showToast } from "@/components/ui/toast";
import type { DraftSection } from "./draft";

const DAYS_BACK = 31;
const DAY_MS = 86_400_000;
const LOOKED_AT = 100;

/** The newest prompt that did not fit and whose text was kept. `reason`: why there is none to load. */
export function useFailedPrompt(onLoad: (sections: Omit<DraftSection, "key">[]) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [nowMs] = useState(() => Date.now());
  const [isLoading, setIsLoading] = useState(false);
  const ledger = useQuery(
    trpc.tokens.ledger.queryOptions({
      fromMs: nowMs - DAYS_BACK * DAY_MS,
      toMs: nowMs + DAY_MS,
      outcome: "over",
      limit: LOOKED_AT,
    }),
  );
  const entry = ledger.data?.entries.find(({ hasSample }) => hasSample);

  async function load() {
    if (entry === undefined) return;
    setIsLoading(true);
    try {
      const sample = await queryClient.query(
        trpc.tokens.promptSample.queryOptions({ id: entry.id }),
      );
      const { sectionsOfText } = await import("./sections-of-text");
      onLoad(sectionsOfText(sample.text));
      const shortened = sample.isShortened ? " Only its first part was kept." : "";
      showToast({ tone: "ok", text: `Loaded the prompt of ${entry.service}.${shortened}` });
    } catch (error) {
      showToast({ tone: "crit", text: describeError(error).message });
    } finally {
      setIsLoading(false);
    }
  }

  return { load, isLoading, reason: reasonOf(ledger, entry !== undefined) };
}

function reasonOf(
  { data, error }: { data?: { entries: readonly unknown[] } | undefined; error: unknown },
  isThere: boolean,
): string | null {
  if (isThere) return null;
  if (error !== null) return describeError(error).message;
  if (data === undefined) return "The ledger is being read";
  if (data.entries.length === 0) return `No prompt was too long in the last ${DAYS_BACK} days`;
  return "Texts of prompts are not kept: PROMPT_SAMPLES is off, or was when they came";
}
