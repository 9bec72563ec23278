"use client";
import { useEffect, useRef, useState } from "react";
import type {
  MeasureInput,
  PromptMeasure,
  SplitInput,
  TokenSplit,
  WorkerAnswer,
} from "./worker-messages";
import { createWorkerSession, type StartWorker, type WorkerSession } from "./worker-session";

type WorkerState =
  | { kind: "loading"; loadedBytes: number; totalBytes: number | null }
  | { kind: "ready" }
  | { kind: "failed"; reason: string };

export interface TokenWork {
  state: WorkerState;
  measure: PromptMeasure | null;
  split: TokenSplit | null;
  /** After a failure: another worker. */
  restart: () => void;
}

/** What was typed is worked on when nothing more was typed for so long. */
const ASKED_AFTER_MS = 120;
const nothingLoaded: WorkerState = { kind: "loading", loadedBytes: 0, totalBytes: null };

export const startTokenWorker: StartWorker = (hear, fail) => {
  // The bundler finds the worker by this very form.
  const worker = new Worker(new URL("./token-worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    hear(data);
  };
  worker.onerror = () => {
    fail("The browser did not start it.");
  };
  return worker;
};

/**
 * A worker for as long as the page is shown, asked anew when an input is another object; null asks for nothing. What it answered last
 * stays until the next answer.
 */
export function useTokenWorker(
  startWorker: StartWorker,
  inputs: { measure: MeasureInput | null; split: SplitInput | null },
): TokenWork {
  const [state, setState] = useState(nothingLoaded);
  const [measure, setMeasure] = useState<PromptMeasure | null>(null);
  const [split, setSplit] = useState<TokenSplit | null>(null);
  const [starts, setStarts] = useState(0);
  const session = useRef<WorkerSession | null>(null);
  useEffect(() => {
    const ready = () => {
      setState((before) => (before.kind === "ready" ? before : { kind: "ready" }));
    };
    const made = createWorkerSession(startWorker, {
      onLoading: (progress) => {
        setState({ kind: "loading", ...progress });
      },
      onMeasured: (measured) => {
        ready();
        setMeasure(measured);
      },
      onSplit: (found) => {
        ready();
        setSplit(found);
      },
      onFailed: (reason) => {
        setState({ kind: "failed", reason });
      },
    });
    session.current = made;
    return () => {
      made.stop();
    };
  }, [startWorker, starts]);
  useEffect(
    () => laterWith(inputs.measure, (input) => session.current?.measure(input)),
    [inputs.measure, starts],
  );
  useEffect(
    () => laterWith(inputs.split, (input) => session.current?.split(input)),
    [inputs.split, starts],
  );
  return {
    state,
    measure,
    split,
    restart: () => {
      setState(nothingLoaded);
      setStarts(starts + 1);
    },
  };
}

/** Answers how to take it back. */
function laterWith<Input>(input: Input | null, run: (input: Input) => void) {
  if (input === null) return undefined;
  const timer = setTimeout(() => {
    run(input);
  }, ASKED_AFTER_MS);
  return () => {
    clearTimeout(timer);
  };
}
