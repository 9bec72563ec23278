import type { Metadata } from "next";
import { Suspense } from "react";
import { FleetLoading } from "@/components/gpu/fleet-states";
import { GpusClient } from "./client";

export const metadata: Metadata = { title: "GPUs" };

export default function GpusPage() {
  return (
    <Suspense fallback={<FleetLoading />}>
      <GpusClient />
    </Suspense>
  );
}
