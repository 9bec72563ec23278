"use client";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { PlaygroundLoading } from "@/components/playground/playground-loading";
import { usePageTitle } from "@/components/layout/page-title";
import { parsePlaygroundSearch } from "./search-params";

// In the browser only: it begins with what this tab was editing, which no built page knows.
const Playground = dynamic(
  async () => (await import("@/components/playground/playground")).Playground,
  { ssr: false, loading: PlaygroundLoading },
);

const crumbs = [{ label: "Tokens", href: "/tokens" }];

/** Needs <Suspense> above it: the profile and the encoding are in the address. */
export function PlaygroundClient() {
  usePageTitle({ title: "Playground", crumbs });
  return <Playground search={parsePlaygroundSearch(useSearchParams())} />;
}
