import { expect, test } from "vitest";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import { ProcessesMemory } from "./processes-memory";

const NOW = Date.UTC(2026, 4, 1, 12);

function listOf(gpuUuid: string, readAtMs: number, pids: number[] = [1]): GpuProcessList {
  const processes = pids.map((pid) => ({
    pid,
    name: "python3",
    kind: "compute" as const,
    memoryUsedMib: 1_024,
    containerId: null,
    controlGroup: null,
  }));
  return { gpuUuid, readAtMs, processes, isCut: false, problem: null };
}

function memory(ask: (accept: ProcessesMemory["accept"]) => boolean) {
  const clock = { nowMs: NOW };
  const one: ProcessesMemory = new ProcessesMemory({
    ask: () => ask((lists) => one.accept(lists)),
    nowMs: () => clock.nowMs,
    waitMs: 50,
  });
  return { clock, one };
}

test("a question waits for the collector's answer", async () => {
  const { one } = memory((accept) => {
    setTimeout(accept, 5, [listOf("GPU-1", NOW - 400), listOf("GPU-2", NOW)]);
    return true;
  });
  expect(await one.read("GPU-1")).toEqual({
    ...listOf("GPU-1", NOW - 400),
    ageMs: 400,
    isFresh: true,
    note: null,
  });
});

test("without an answer in time the last list comes, with its age and why", async () => {
  const { clock, one } = memory(() => true);
  one.accept([listOf("GPU-1", NOW)]);
  clock.nowMs += 60_000;
  expect(await one.read("GPU-1")).toMatchObject({
    readAtMs: NOW,
    processes: [{ pid: 1 }],
    problem: null,
    ageMs: 60_000,
    isFresh: false,
    note: expect.stringContaining("did not answer in time") as string,
  });
});

test("without a collector nobody waits; a GPU that is not listed has no list", async () => {
  const { one: idle } = memory(() => false);
  expect(await idle.read("GPU-1")).toMatchObject({
    processes: [],
    problem: expect.stringContaining("No collector") as string,
    isFresh: false,
  });
  const { one } = memory((accept) => {
    setTimeout(accept, 1, [listOf("GPU-1", NOW)]);
    return true;
  });
  expect(await one.read("GPU-9")).toMatchObject({
    processes: [],
    isFresh: false,
    problem: expect.stringContaining("does not list the processes of this GPU") as string,
  });
});

test("lists of another host are what came last, and answer no question to the own collector", async () => {
  let asked = 0;
  const { clock, one } = memory(() => {
    asked += 1;
    setTimeout(() => one.acceptRemote([listOf("GPU-far", NOW)]), 1);
    return true;
  });
  const isRemote = true;
  expect(await one.read("GPU-far", { isRemote })).toMatchObject({ processes: [], isFresh: false });
  one.acceptRemote([listOf("GPU-far", NOW)]);
  clock.nowMs += 30_000;
  expect(await one.read("GPU-far", { isRemote })).toMatchObject({
    ...{ processes: [{ pid: 1 }], problem: null, ageMs: 30_000, isFresh: false },
    note: expect.stringContaining("its agent sends a list once a minute") as string,
  });
  expect(asked).toBe(0);
  expect(await one.read("GPU-here")).toMatchObject({ isFresh: false });
});

test("lists of an hour ago, and more than can be, are forgotten", async () => {
  const { clock, one } = memory(() => false);
  one.accept([listOf("GPU-old", NOW)]);
  clock.nowMs += 3_600_001;
  one.accept(Array.from({ length: 1_100 }, (_, i) => listOf(`GPU-${i}`, clock.nowMs)));
  expect((await one.read("GPU-old")).processes).toEqual([]);
  expect((await one.read("GPU-0")).processes).toEqual([]);
  expect((await one.read("GPU-1099")).processes).toHaveLength(1);
});
