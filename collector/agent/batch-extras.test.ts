import { expect, test } from "vitest";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { MAX_BATCH_PROCESS_BYTES } from "@/domain/ingest/sample-batch";
import { BatchExtras } from "./batch-extras";

function listOf(
  gpuUuid: string,
  readAtMs: number,
  { count = 1, name = "vllm" } = {},
): GpuProcessList {
  const processes = Array.from({ length: count }, (_, pid) => ({
    ...{ pid, name, kind: "compute" as const, memoryUsedMib: 1 },
    ...{ containerId: null, controlGroup: null },
  }));
  return { gpuUuid, readAtMs, processes, isCut: false, problem: null };
}

const uuidsOf = (lists: readonly GpuProcessList[]) => lists.map(({ gpuUuid }) => gpuUuid);

test("each list goes once, again when it failed or is a new one", () => {
  const extras = new BatchExtras();
  const [first, second] = [listOf("GPU-1", 1), listOf("GPU-2", 1)];
  extras.addProcesses([first, second]);
  expect(extras.next().processes).toEqual([first, second]);
  const taken = extras.next();
  expect(taken.processes).toEqual([first, second]); // nobody took the batch before
  taken.done();
  expect(extras.next().processes).toEqual([]);
  extras.addProcesses([{ ...first }, listOf("GPU-2", 2)]);
  expect(uuidsOf(extras.next().processes)).toEqual(["GPU-2"]);
});

test("a list that came while a batch was under way is not lost", () => {
  const extras = new BatchExtras();
  extras.addProcesses([listOf("GPU-1", 1)]);
  const taken = extras.next();
  extras.addProcesses([listOf("GPU-1", 2)]);
  taken.done();
  expect(extras.next().processes).toEqual([listOf("GPU-1", 2)]);
});

test("what does not fit waits for the next batch, and a list that never fits is cut", () => {
  const extras = new BatchExtras();
  const huge = listOf("GPU-0", 1, { count: 256, name: "x".repeat(255) });
  const lists = Array.from({ length: 8 }, (_, i) => listOf(`GPU-${i + 1}`, 1, { count: 100 }));
  extras.addProcesses([huge, ...lists]);
  const seen = new Set<string>();
  for (let batch = 0; batch < 9; batch++) {
    const { processes, done } = extras.next();
    const bytes = Buffer.byteLength(JSON.stringify(processes));
    expect(bytes).toBeLessThanOrEqual(MAX_BATCH_PROCESS_BYTES + 2);
    for (const { gpuUuid, isCut } of processes) {
      expect(isCut).toBe(gpuUuid === "GPU-0");
      seen.add(gpuUuid);
    }
    done();
  }
  expect(seen.size).toBe(9);
  expect(extras.next().processes).toEqual([]);
});

test("of values that were set aside the newest 64 wait until they are taken", () => {
  const extras = new BatchExtras();
  const values = Array.from({ length: 100 }, (_, recordedAtMs): QuarantinedValue => ({
    ...{ gpuUuid: "GPU-1", metric: "temperatureCelsius", source: "smi" },
    ...{ recordedAtMs, rawValue: "-300" },
  }));
  extras.addQuarantined(values.slice(0, 99));
  const taken = extras.next();
  expect(taken.quarantined).toHaveLength(64);
  extras.addQuarantined(values.slice(99));
  taken.done();
  expect(extras.next().quarantined).toEqual(values.slice(99));
});
