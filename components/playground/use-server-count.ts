"use client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import type { CountAnswer } from "@/domain/tokens/count-request";
import { requestSectionsOf } from "./api-call";
import type { DraftSection } from "./draft";

const ASKED_AFTER_MS = 600;
/** The server takes bodies of 2 MB. */
const MAX_BODY_BYTES = 1_900_000;

export interface ServerCount {
  keys: readonly string[];
  answer: CountAnswer;
  durationMs: number;
}

interface ServerCountState {
  count: ServerCount | null;
  error: unknown;
  isTooLong: boolean;
}

/**
 * The count of the server, for profiles whose own tokenizer the browser does not have, and while the worker does not run. Asked when
 * nothing was typed for a moment; of several answers the newest question's counts.
 */
export function useServerCount(
  sections: readonly DraftSection[],
  { model, encoding, isAsked }: { model: string | null; encoding: string | null; isAsked: boolean },
): ServerCountState {
  const { mutateAsync } = useMutation(useTRPC().tokens.count.mutationOptions());
  const [count, setCount] = useState<ServerCount | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isTooLong, setIsTooLong] = useState(false);
  const newest = useRef(0);
  useEffect(() => {
    if (!isAsked || sections.length === 0) return;
    const timer = setTimeout(() => {
      const input = {
        sections: requestSectionsOf(sections),
        ...(model !== null && { model }),
        ...(encoding !== null && { encoding }),
      };
      const isLong = new TextEncoder().encode(JSON.stringify(input)).length > MAX_BODY_BYTES;
      setIsTooLong(isLong);
      if (isLong) return;
      const question = (newest.current += 1);
      const askedAtMs = performance.now();
      mutateAsync(input).then(
        (answer) => {
          if (question !== newest.current) return;
          setError(null);
          setCount({
            keys: sections.map(({ key }) => key),
            answer,
            durationMs: performance.now() - askedAtMs,
          });
        },
        (failure: unknown) => {
          if (question === newest.current) setError(failure);
        },
      );
    }, ASKED_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [sections, model, encoding, isAsked, mutateAsync]);
  return isAsked ? { count, error, isTooLong } : { count: null, error: null, isTooLong: false };
}
