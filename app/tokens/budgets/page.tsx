import type { Metadata } from "next";
import { Suspense } from "react";
import { BudgetsLoading } from "@/components/budgets/budgets-loading";
import { BudgetsClient } from "./client";

export const metadata: Metadata = { title: "Budgets" };

export default function BudgetsPage() {
  return (
    <Suspense fallback={<BudgetsLoading />}>
      <BudgetsClient />
    </Suspense>
  );
}
