import { Suspense } from "react";
import { FleetLoading } from "@/components/gpu/fleet-states";
import { OverviewClient } from "./overview-client";

export default function OverviewPage() {
  return (
    <Suspense fallback={<FleetLoading />}>
      <OverviewClient />
    </Suspense>
  );
}
