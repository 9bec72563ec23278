import type { Metadata } from "next";
import { Suspense } from "react";
import { GpuLoading } from "@/components/gpu/gpu-states";
import { GpuClient } from "./client";

export const metadata: Metadata = { title: "GPU" };

export default function GpuPage() {
  return (
    <Suspense fallback={<GpuLoading />}>
      <GpuClient />
    </Suspense>
  );
}
