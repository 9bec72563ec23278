"use client";
import { RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Strip } from "@/components/ui/strip";
import { formatClock } from "@/domain/time/format-time";
import { useLiveStatus, useLiveStore } from "./live-connection";

/** Shown while the socket is lost: what is on the screen is as old as it says, and when the next try is made. */
export function ConnectionStrip() {
  const store = useLiveStore();
  const isLost = useLiveStatus((status) => status.state === "lost");
  const lastMs = useLiveStatus((status) => status.lastMessageAtMs);
  const nextTryAtMs = useLiveStatus((status) => status.nextTryAtMs);
  if (!isLost) return null;
  return (
    <Strip
      tone="warn"
      icon={<RotateCw />}
      className="px-4"
      end={
        <span className="flex items-center gap-2">
          {nextTryAtMs !== null && <Countdown key={nextTryAtMs} toMs={nextTryAtMs} />}
          <Button size="sm" variant="quiet" onClick={store.retryNow}>
            Try now
          </Button>
        </span>
      }
    >
      <b>Live is cut.</b>{" "}
      {lastMs === null
        ? "No value has come yet"
        : `Shown until ${formatClock(lastMs, { seconds: true })}`}
    </Strip>
  );
}

/** `toMs` in the browser's time. Not announced: a reader would read each second. */
function Countdown({ toMs }: { toMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 250);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const leftSeconds = Math.ceil((toMs - nowMs) / 1_000);
  return <span aria-hidden="true">{leftSeconds > 0 ? `in ${leftSeconds} s` : "trying"}</span>;
}
