"use client";
import { useEffect, useState } from "react";
import { retryAfterSecondsOf } from "@/components/trpc/describe-error";

const STEP_MS = 250;

/**
 * Seconds that are left of the wait which the server asked for, by the clock of the browser; 0: another try may be made.
 * `begin` takes the error of a call.
 */
export function useWait() {
  const [untilMs, setUntilMs] = useState(0);
  const [leftSeconds, setLeftSeconds] = useState(0);
  useEffect(() => {
    if (untilMs === 0) return;
    const timer = setInterval(() => {
      const left = Math.ceil((untilMs - performance.now()) / 1_000);
      setLeftSeconds(Math.max(0, left));
      if (left <= 0) setUntilMs(0);
    }, STEP_MS);
    return () => {
      clearInterval(timer);
    };
  }, [untilMs]);
  return {
    leftSeconds,
    begin: (error: unknown) => {
      const seconds = retryAfterSecondsOf(error) ?? 0;
      setLeftSeconds(seconds);
      setUntilMs(seconds > 0 ? performance.now() + seconds * 1_000 : 0);
    },
  };
}
