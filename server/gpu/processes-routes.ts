import { gpuMetricFacts } from "@/domain/gpu/gpu-metric-facts";
import { GpuChoice } from "@/domain/gpu/gpu-history-request";
import type { GpuProcess, GpuProcessAnswer } from "@/domain/gpu/gpu-process";
import type { QuarantinedList } from "@/domain/gpu/quarantined-value";
import { AppError } from "@/server/errors";
import { jsonAnswer, type Route } from "@/server/http/route";
import { chooseGpu } from "./choose-gpu";
import type { GpuRouterContext } from "./gpu-context";
import { readProcesses } from "./read-processes";
import { readQuarantined } from "./read-quarantined";

function processItem(process: GpuProcess) {
  const { pid, name, kind, memoryUsedMib, containerId, controlGroup } = process;
  return {
    pid,
    name,
    kind,
    memory_used: memoryUsedMib,
    container_id: containerId,
    control_group: controlGroup,
  };
}

function processesAnswer({ problem, note, ...answer }: GpuProcessAnswer) {
  return {
    gpu_uuid: answer.gpuUuid,
    read_at: new Date(answer.readAtMs).toISOString(),
    age_ms: answer.ageMs,
    fresh: answer.isFresh,
    note,
    problem,
    cut: answer.isCut,
    processes: answer.processes.map(processItem),
  };
}

function quarantinedAnswer({ values, counts }: QuarantinedList) {
  return {
    items: values.map(({ gpuUuid, metric, source, recordedAtMs, rawValue }) => ({
      recorded_at: new Date(recordedAtMs).toISOString(),
      gpu_uuid: gpuUuid,
      metric: gpuMetricFacts[metric].key,
      source,
      raw_value: rawValue,
    })),
    counts: counts.map(({ gpuUuid, metric, count }) => ({
      gpu_uuid: gpuUuid,
      metric: gpuMetricFacts[metric].key,
      count,
    })),
  };
}

/** The REST twins of `gpu.processes` and `gpu.quarantined`, in the prescribed spelling of keys. */
export function processesRoutes(ctx: GpuRouterContext): Route[] {
  return [
    {
      method: "GET",
      path: "/api/system/gpu/processes",
      policy: "viewer",
      handle: async ({ query }) => {
        const choice = GpuChoice.nullable().parse(query.get("gpu"));
        const gpu = chooseGpu(ctx, ctx.readFleet(), choice);
        if (gpu === null)
          throw new AppError(
            "NOT_FOUND",
            "No GPU has this index, UUID or host and index. /api/system/gpu lists those there are.",
          );
        const { gpuUuid } = gpu.sample;
        return jsonAnswer(processesAnswer(await readProcesses(ctx, { gpuUuid })));
      },
    },
    {
      method: "GET",
      path: "/api/system/gpu/quarantined",
      policy: "viewer",
      handle: () => jsonAnswer(quarantinedAnswer(readQuarantined(ctx))),
    },
  ];
}
