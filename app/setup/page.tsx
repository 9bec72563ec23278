import type { Metadata } from "next";
import { Suspense } from "react";
import { Door } from "@/components/identity/door";
import { SetupPage } from "@/components/identity/setup-page";

export const metadata: Metadata = { title: "Setup" };

export default function SetupRoute() {
  return (
    <Suspense fallback={<Door title="Create the first admin" />}>
      <SetupPage />
    </Suspense>
  );
}
