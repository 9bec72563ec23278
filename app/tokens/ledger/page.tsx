import type { Metadata } from "next";
import { Suspense } from "react";
import { LedgerLoading } from "@/components/ledger/ledger-panel";
import { LedgerClient } from "./client";

export const metadata: Metadata = { title: "Ledger" };

export default function LedgerPage() {
  return (
    <Suspense fallback={<LedgerLoading />}>
      <LedgerClient />
    </Suspense>
  );
}
