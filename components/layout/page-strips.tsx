"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { ConnectionStrip } from "./connection-strip";
import { useLiveStore } from "./live-connection";
import { SimulatedStrip } from "./simulated-strip";
import { UnprotectedStrip } from "./unprotected-strip";
import { useFleet, useSimulated } from "./use-fleet";

/** What must be known on every page, above its content. */
export function PageStrips() {
  const about = useQuery(useTRPC().system.about.queryOptions(undefined, { staleTime: Infinity }));
  const isSimulated = useSimulated() === true;
  const fleet = useFleet().data;
  const store = useLiveStore();
  const serverTimeMs = fleet?.serverTimeMs;
  useEffect(() => {
    // Known before the first tick: a clock that is a day off must not show a page of yesterday.
    if (serverTimeMs !== undefined) store.noteServerTime(serverTimeMs);
  }, [store, serverTimeMs]);
  return (
    <div role="status" className="flex-none">
      <UnprotectedStrip unprotected={about.data?.unprotected === true} />
      {isSimulated && <SimulatedStrip sources={fleet?.sources ?? []} />}
      <ConnectionStrip />
    </div>
  );
}
