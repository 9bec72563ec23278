"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import { ConnectionStrip } from "./connection-strip";
import { SimulatedStrip } from "./simulated-strip";
import { UnprotectedStrip } from "./unprotected-strip";
import { useFleet, useSimulated } from "./use-fleet";

/** What must be known on every page, above its content. */
export function PageStrips() {
  const about = useQuery(useTRPC().system.about.queryOptions(undefined, { staleTime: Infinity }));
  const isSimulated = useSimulated() === true;
  const sources = useFleet().data?.sources ?? [];
  return (
    <div role="status" className="flex-none">
      <UnprotectedStrip unprotected={about.data?.unprotected === true} />
      {isSimulated && <SimulatedStrip sources={sources} />}
      <ConnectionStrip />
    </div>
  );
}
