import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { allValues, gpuSample } from "@/fixtures/gpu-samples";
import { onCleanUp } from "../process/portal-process";
import { sampleKey } from "./watch-ticks";

const ANSWER_LIMIT_MS = 15_000;

/** Another host with GPUs that are read ten times a second: the oracle of what the portal has acknowledged. */
export interface SampleSender {
  sent: Set<string>;
  /** Those for which the portal has answered that they are stored. */
  acknowledged: Set<string>;
  /** How long the slowest answer took. */
  slowestMs: () => number;
  failures: () => number;
  stop: () => Promise<void>;
}

function samplesAt(recordedAtMs: number, gpus: number): GpuSample[] {
  return Array.from({ length: gpus }, (_, gpuIndex) =>
    gpuSample({
      gpuUuid: `GPU-5eed0000-0000-4000-8000-00000000000${gpuIndex}`,
      gpuIndex,
      host: "sender",
      recordedAtMs,
      source: "nvml",
      values: allValues(recordedAtMs % 10_000),
      missing: {},
    }),
  );
}

/** Sends one tick each `everyMs`, never one twice, whether or not the portal answers. */
export function startSender(
  { url, key }: { url: string; key: string },
  { everyMs = 100, gpus = 8 }: { everyMs?: number; gpus?: number } = {},
): SampleSender {
  const sent = new Set<string>();
  const acknowledged = new Set<string>();
  const running = new Set<Promise<void>>();
  const run = randomUUID();
  let sequence = 0;
  let slowestMs = 0;
  let failures = 0;
  const stopping = new AbortController();

  async function send(samples: readonly GpuSample[]): Promise<void> {
    const startedMs = performance.now();
    const body = JSON.stringify({
      host: "sender",
      agent: { version: "0", run },
      sequence: ++sequence,
      sentAtMs: Date.now(),
      backlog: { samples: 0, oldestMs: null, dropped: 0 },
      samples,
    });
    try {
      const answer = await fetch(`${url}/api/ingest/gpu-samples`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body,
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      const { accepted } = (await answer.json()) as { accepted?: number };
      if (!answer.ok || accepted !== samples.length) throw new Error(`answered ${answer.status}`);
      for (const sample of samples) acknowledged.add(sampleKey(sample));
    } catch {
      failures++;
    }
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
  }

  const loop = (async () => {
    for (let nextMs = Date.now(); !stopping.signal.aborted; nextMs += everyMs) {
      await sleep(Math.max(0, nextMs - Date.now()));
      const samples = samplesAt(nextMs, gpus);
      for (const sample of samples) sent.add(sampleKey(sample));
      const one = send(samples).finally(() => running.delete(one));
      running.add(one);
    }
  })();
  const stop = async () => {
    stopping.abort();
    await loop;
    await Promise.all(running);
  };
  onCleanUp(stop);
  return { sent, acknowledged, slowestMs: () => slowestMs, failures: () => failures, stop };
}
