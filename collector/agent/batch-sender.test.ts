import { expect, test } from "vitest";
import type { SampleBatch } from "@/domain/ingest/sample-batch";
import { gpuSample } from "@/fixtures/gpu-samples";
import { BatchExtras } from "./batch-extras";
import { createBatchSender } from "./batch-sender";
import type { SendResult } from "./portal-client";

const taken: SendResult = {
  kind: "taken",
  clockOffsetMs: 0,
  answer: { service: "sightline", version: "1", accepted: 1, refused: {}, serverTimeMs: 0 },
};
const away: SendResult = { kind: "unreachable", sentence: "The portal refused the connection." };

/** A queue of batches in memory, a portal that answers what the test says, and a clock that runs while somebody waits. */
function setUp(batches: number, answer: (tryNumber: number) => SendResult) {
  const waiting = Array.from({ length: batches }, (_, i) => [gpuSample({ recordedAtMs: i })]);
  const sent: (SampleBatch & { atMs: number })[] = [];
  const stop = new AbortController();
  let timeMs = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  const pass = async (ms: number) => {
    timeMs += ms;
    if (timeMs > endMs) stop.abort();
    await Promise.resolve();
  };
  let endMs = 0;
  const sender = createBatchSender({
    queue: {
      next: async () => {
        const [samples] = waiting;
        return samples ? { samples, done: async () => void waiting.shift() } : null;
      },
      state: () => ({
        samples: waiting.length,
        oldestMs: waiting[0]?.[0]?.recordedAtMs ?? null,
        dropped: 0,
        isDiskFailing: false,
      }),
      appended: pass,
    },
    extras: new BatchExtras(),
    client: {
      send: async (batch) => {
        mostAtOnce = Math.max(mostAtOnce, ++atOnce);
        await pass(10);
        atOnce--;
        sent.push({ ...batch, atMs: timeMs });
        return answer(sent.length);
      },
    },
    host: "box",
    agent: { version: "1", run: "r" },
    clock: { nowMs: () => 5_000, monotonicMs: () => timeMs, pause: pass },
    random: () => 0.5,
    onResult: () => undefined,
  });
  /** Until this much time has passed. */
  const run = (ms: number) => {
    endMs = ms;
    return sender.run(stop.signal);
  };
  return { sender, sent, run, waiting, mostAtOnce: () => mostAtOnce };
}

const timesOf = (sent: readonly SampleBatch[]) =>
  sent
    .filter(({ samples }) => samples.length > 0)
    .map(({ samples }) => (samples[0] as { recordedAtMs: number }).recordedAtMs);

test("a backlog goes without pauses, one batch at a time, the oldest first", async () => {
  const { sent, run, mostAtOnce } = setUp(20, () => taken);
  await run(190);
  expect(timesOf(sent)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(sent.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(sent[0]?.backlog).toEqual({ samples: 19, oldestMs: 0, dropped: 0 });
  expect(mostAtOnce()).toBe(1);
});

test("while the portal is away the same batch is tried again with growing pauses; then the rest follows", async () => {
  const { sent, run } = setUp(3, (tryNumber) => (tryNumber <= 12 ? away : taken));
  await run(300_000);
  expect(timesOf(sent)).toEqual([...Array<number>(13).fill(0), 1, 2]);
  const tries = sent.slice(0, 13).map(({ atMs }) => atMs);
  const pauses = tries.slice(1).map((atMs, i) => atMs - (tries[i] ?? 0));
  expect(pauses.slice(0, 6)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000]);
  expect(Math.max(...pauses)).toBe(10_000);
});

test("new samples go at once, and then a second apart", async () => {
  const { sent, run, waiting } = setUp(0, (tryNumber) => {
    if (tryNumber < 4) waiting.push([gpuSample({ recordedAtMs: tryNumber })]);
    return taken;
  });
  waiting.push([gpuSample({ recordedAtMs: 0 })]);
  await run(6_000);
  expect(timesOf(sent)).toEqual([0, 1, 2, 3]);
});

test("without samples there is a sign of life each 5 s, and no more", async () => {
  const { sent, run } = setUp(0, () => taken);
  await run(26_000);
  expect(sent).toHaveLength(5);
  expect(sent.every(({ samples }) => samples.length === 0)).toBe(true);
});

test("the end tries once more and gives up at the first failure", async () => {
  const { sender, sent, waiting } = setUp(0, () => away);
  waiting.push([gpuSample()], [gpuSample()]);
  await sender.sendRest(new AbortController().signal);
  expect(sent.filter(({ samples }) => samples.length > 0)).toHaveLength(1);
});
