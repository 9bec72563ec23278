"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { contextBudgetOf } from "@/domain/tokens/context-budget";
import { DEFAULT_ENCODING, type Encoding } from "@/domain/tokens/encodings";
import type { ListedProfile } from "@/domain/tokens/model-profiles";

export interface PlaygroundSearch {
  /** Name of the profile; null: the default one. */
  profile: string | null;
  /** Null: that of the profile. */
  encoding: Encoding | null;
  isTruncating: boolean;
}

/** What the prompt is counted for and with, by the address. */
export function useProfileChoice(search: PlaygroundSearch) {
  const profiles = useQuery(useTRPC().models.list.queryOptions());
  const profile = chosenProfile(profiles.data?.profiles, search.profile);
  const budget = useMemo(() => profile && contextBudgetOf(profile), [profile]);
  return {
    profiles,
    profile,
    budget,
    /** What the browser splits by. */
    encoding: search.encoding ?? encodingOf(profile),
    isTruncating: search.isTruncating && profile?.truncationEnabled === true,
    /** The profile counts with what only the server has. */
    isServers: search.encoding === null && profile !== null && profile.counting.kind !== "encoding",
  };
}

function chosenProfile(
  profiles: readonly ListedProfile[] | undefined,
  name: string | null,
): ListedProfile | null {
  if (profiles === undefined) return null;
  const named = profiles.find((profile) => profile.name === name);
  return named ?? profiles.find(({ isDefault }) => isDefault) ?? profiles[0] ?? null;
}

/** The profile's encoding, or the nearest to it that the browser has. */
function encodingOf(profile: ListedProfile | null): Encoding {
  if (profile?.counting.kind === "encoding") return profile.counting.encoding;
  if (profile?.counting.kind === "server") return profile.counting.fallback;
  return DEFAULT_ENCODING;
}
