import type { Metadata } from "next";
import { Suspense } from "react";
import { PlaygroundLoading } from "@/components/playground/playground-loading";
import { PlaygroundClient } from "./client";

export const metadata: Metadata = { title: "Playground" };

export default function PlaygroundPage() {
  return (
    <Suspense fallback={<PlaygroundLoading />}>
      <PlaygroundClient />
    </Suspense>
  );
}
