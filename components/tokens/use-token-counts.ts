"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { useUsageSummary } from "./use-token-usage";

const ASK_AGAIN_AFTER_MS = 30_000;

/** What the tabs count: profiles, budgets, and the validations of the range. Null while it is not known. */
export function useTokenCounts(): {
  models: number | null;
  budgets: number | null;
  ledger: number | null;
} {
  const { models, budgets } = useTRPC();
  const again = { refetchInterval: ASK_AGAIN_AFTER_MS };
  const profiles = useQuery({ ...models.list.queryOptions(), ...again });
  const limits = useQuery({ ...budgets.list.queryOptions(), ...again });
  const rows = useUsageSummary().data?.rows;
  return {
    models: profiles.data?.profiles.length ?? null,
    budgets: limits.data?.budgets.length ?? null,
    ledger: rows?.reduce((sum, { prompts }) => sum + prompts, 0) ?? null,
  };
}
