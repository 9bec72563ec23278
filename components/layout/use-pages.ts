"use client";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { type Page, pages } from "./pages";
import { useWhoAmI } from "./use-who-am-i";

const strength = { viewer: 1, operator: 2, admin: 3 };

/** The pages that are of use to who asks; before that is known, those for everybody who may read. */
export function usePages(): readonly Page[] {
  const who = useWhoAmI().data;
  return pages.filter((page) => isFor(page, who));
}

function isFor({ needs }: Page, who: WhoAmI | undefined): boolean {
  if (needs === "account") return who?.via === "session";
  if (who === undefined) return needs === "viewer";
  return who.role !== null && strength[who.role] >= strength[needs];
}
