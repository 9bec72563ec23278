import { expect, test } from "vitest";
import type { GpuProcess } from "@/domain/gpu/gpu-process";
import { gpuSample } from "@/fixtures/gpu-samples";
import { routeRequest } from "@/fixtures/route-request";
import type { WholeAnswer } from "@/server/http/route";
import type { GpuRouterContext } from "./gpu-context";
import { ProcessesMemory } from "./processes-memory";
import { processesRoutes } from "./processes-routes";
import { QuarantinedMemory } from "./quarantined-memory";

const NOW = Date.UTC(2026, 4, 1, 12);
const process: GpuProcess = {
  pid: 7,
  name: "vllm",
  kind: "compute",
  memoryUsedMib: 1_024.5,
  containerId: "ab".repeat(32),
  controlGroup: "/docker",
};

function surface() {
  const samples = [0, 1].map((gpuIndex) => gpuSample({ gpuUuid: `GPU-${gpuIndex}`, gpuIndex }));
  const processes: ProcessesMemory = new ProcessesMemory({
    ask: () => {
      const lists = samples.map(({ gpuUuid }) => ({
        ...{ gpuUuid, readAtMs: NOW, isCut: false, problem: null },
        processes: gpuUuid === "GPU-1" ? [process] : [],
      }));
      setTimeout(() => processes.accept(lists), 1);
      return true;
    },
    nowMs: () => NOW,
  });
  const quarantined = new QuarantinedMemory();
  const gpus = samples.map((sample) => ({ sample, stale: false, carriedFromMs: {} }));
  const context = {
    ...{ processes, quarantined, hostName: "test-host" },
    readFleet: () => ({ gpus }),
  } as unknown as GpuRouterContext;
  const ask = async (path: string, query = "") => {
    const route = processesRoutes(context).find((one) => one.path === `/api/system/gpu/${path}`);
    const answer = await route?.handle(routeRequest({ query: new URLSearchParams(query) }));
    const { body } = answer as WholeAnswer;
    return JSON.parse(body.toString()) as Record<string, unknown>;
  };
  return { ask, quarantined };
}

test("the processes of the GPU that is asked for, in the prescribed spelling", async () => {
  expect(await surface().ask("processes", "gpu=1")).toEqual({
    gpu_uuid: "GPU-1",
    read_at: "2026-05-01T12:00:00.000Z",
    age_ms: 0,
    fresh: true,
    note: null,
    problem: null,
    cut: false,
    processes: [
      {
        ...{ pid: 7, name: "vllm", kind: "compute", memory_used: 1_024.5 },
        ...{ container_id: "ab".repeat(32), control_group: "/docker" },
      },
    ],
  });
});

test("without a choice the first GPU; one that is not there is not found", async () => {
  expect(await surface().ask("processes")).toMatchObject({ gpu_uuid: "GPU-0", processes: [] });
  await expect(surface().ask("processes", "gpu=9")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("values that were set aside, with their count", async () => {
  const { ask, quarantined } = surface();
  const value = { gpuUuid: "GPU-0", metric: "powerWatts", source: "nvml" } as const;
  quarantined.accept([{ ...value, recordedAtMs: NOW, rawValue: "4294967.295" }]);
  expect(await ask("quarantined")).toEqual({
    items: [
      {
        ...{ recorded_at: "2026-05-01T12:00:00.000Z", gpu_uuid: "GPU-0", metric: "power_usage" },
        ...{ source: "nvml", raw_value: "4294967.295" },
      },
    ],
    counts: [{ gpu_uuid: "GPU-0", metric: "power_usage", count: 1 }],
  });
});
