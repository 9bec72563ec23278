import type { Metadata } from "next";
import { Suspense } from "react";
import { ModelsLoading } from "@/components/models/models-loading";
import { ModelsClient } from "./client";

export const metadata: Metadata = { title: "Models" };

export default function ModelsPage() {
  return (
    <Suspense fallback={<ModelsLoading />}>
      <ModelsClient />
    </Suspense>
  );
}
