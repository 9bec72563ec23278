"use client";
import { lazy, Suspense, useEffect } from "react";
import { ConnectionStrip } from "./connection-strip";
import { useLiveStore } from "./live-connection";
import { SimulatedStrip } from "./simulated-strip";
import { useFleet, useSimulated } from "./use-fleet";
import { useWhoAmI } from "./use-who-am-i";

const IdentityStrips = lazy(async () => ({
  default: (await import("./identity-strips")).IdentityStrips,
}));

/** What must be known on every page, above its content. */
export function PageStrips() {
  const who = useWhoAmI().data;
  const isSimulated = useSimulated() === true;
  const fleet = useFleet().data;
  const store = useLiveStore();
  const serverTimeMs = fleet?.serverTimeMs;
  useEffect(() => {
    // Known before the first tick: a clock that is a day off must not show a page of yesterday.
    if (serverTimeMs !== undefined) store.noteServerTime(serverTimeMs);
  }, [store, serverTimeMs]);
  const hasIdentity =
    who !== undefined && (who.sessionEnded || who.role === null || who.setupOpen || who.plainHttp);
  return (
    <div role="status" className="flex-none">
      <Suspense fallback={null}>{hasIdentity && <IdentityStrips who={who} />}</Suspense>
      {isSimulated && <SimulatedStrip sources={fleet?.sources ?? []} />}
      <ConnectionStrip />
    </div>
  );
}
