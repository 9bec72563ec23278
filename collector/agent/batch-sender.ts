import { setTimeout as sleep } from "node:timers/promises";
import type { SampleBatch } from "@/domain/ingest/sample-batch";
import type { BatchExtras } from "./batch-extras";
import type { PortalClient, SendResult } from "./portal-client";
import type { QueuedSamples, SampleQueue } from "./sample-queue";

/** A batch each second; sooner only when more waits than one takes. */
const EVERY_MS = 1_000;
/** Without samples, a sign of life. */
const SIGN_OF_LIFE_MS = 5_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** What is wrong there must be put right by a person. */
const PAUSE_FOR_PERSON_MS = 10_000;

/** Time as the sender needs it; tests have one of their own. */
export interface AgentClock {
  nowMs: () => number;
  /** Never set back. */
  monotonicMs: () => number;
  /** Resolves after this time, or when aborted. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: AgentClock = {
  nowMs: Date.now,
  monotonicMs: () => performance.now(),
  pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

export interface BatchSenderOptions {
  queue: Pick<SampleQueue, "next" | "state" | "appended">;
  extras: Pick<BatchExtras, "next">;
  client: PortalClient;
  host: string;
  agent: SampleBatch["agent"];
  clock: AgentClock;
  random: () => number;
  /** After each try. `sent` = samples that the portal has now. */
  onResult: (result: SendResult, sent: number) => void;
}

export interface BatchSender {
  /** The first try, without samples: whether the portal is there and takes the key. */
  greet: (signal: AbortSignal) => Promise<SendResult>;
  /** Sends until aborted, one batch at a time, the oldest samples first. Never rejects. */
  run: (signal: AbortSignal) => Promise<void>;
  /** One try for what waits, at the end. */
  sendRest: (signal: AbortSignal) => Promise<void>;
}

/**
 * Empties the queue to the portal. A batch leaves the queue only when the portal has answered that it is stored; until then it is sent
 * again, which stores nothing twice. While that fails the pauses grow, each with jitter so that a fleet does not come back in step.
 */
export function createBatchSender(options: BatchSenderOptions): BatchSender {
  const { queue, extras, client, clock, random, onResult } = options;
  let sequence = 0;
  let failures = 0;

  async function send(next: QueuedSamples | null, signal: AbortSignal): Promise<SendResult> {
    const samples = next?.samples ?? [];
    const { samples: waiting, oldestMs, dropped } = queue.state();
    const behind = Math.max(0, waiting - samples.length);
    const { done: extrasDone, ...beside } = extras.next();
    sequence++;
    const result = await client.send(
      {
        host: options.host,
        agent: options.agent,
        sequence,
        sentAtMs: clock.nowMs(),
        backlog: { samples: behind, oldestMs: behind === 0 ? null : oldestMs, dropped },
        samples,
        ...beside,
      },
      signal,
    );
    if (result.kind === "taken") {
      extrasDone();
      await next?.done();
    }
    if (!signal.aborted) onResult(result, samples.length);
    return result;
  }

  function pauseMs(result: SendResult, hasMore: boolean): number {
    if (result.kind === "taken") {
      failures = 0;
      return hasMore ? 0 : EVERY_MS;
    }
    failures++;
    const isForPerson = result.kind !== "unreachable" && result.kind !== "busy";
    const doubled = FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10);
    const pause = isForPerson ? PAUSE_FOR_PERSON_MS : Math.min(LONGEST_PAUSE_MS, doubled);
    return pause * (0.75 + random() / 2);
  }

  return {
    greet: (signal) => send(null, signal),
    async run(signal) {
      let sentMs = clock.monotonicMs();
      while (!signal.aborted) {
        const next = await queue.next();
        const quietMs = clock.monotonicMs() - sentMs;
        if (!next && quietMs < SIGN_OF_LIFE_MS) {
          await queue.appended(Math.ceil(SIGN_OF_LIFE_MS - quietMs), signal);
          continue;
        }
        sentMs = clock.monotonicMs();
        const result = await send(next, signal);
        // What one batch did not take is a backlog; a tick or two that came meanwhile wait for their second.
        const hasMore = next !== null && queue.state().samples >= next.samples.length;
        const waitMs = Math.max(0, pauseMs(result, hasMore) - (clock.monotonicMs() - sentMs));
        await clock.pause(waitMs, signal);
      }
    },
    async sendRest(signal) {
      for (let next = await queue.next(); next && !signal.aborted; next = await queue.next())
        if ((await send(next, signal)).kind !== "taken") return;
    },
  };
}
