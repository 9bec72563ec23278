"use client";
import type { ReactNode } from "react";
import { LiveProvider } from "@/components/layout/live-connection";
import { TRPCProviders } from "@/components/trpc/trpc";

/** What every page may use: typed queries and the one live connection. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <TRPCProviders>
      <LiveProvider>{children}</LiveProvider>
    </TRPCProviders>
  );
}
