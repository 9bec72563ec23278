import type { Metadata } from "next";
import { Suspense } from "react";
import { OverviewLoading } from "@/components/tokens/overview-loading";
import { TokensClient } from "./client";

export const metadata: Metadata = { title: "Tokens" };

export default function TokensPage() {
  return (
    <Suspense fallback={<OverviewLoading />}>
      <TokensClient />
    </Suspense>
  );
}
