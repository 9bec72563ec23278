import * as z from "zod";
import type { LatestGpu } from "@/domain/gpu/gpu-fleet";
import { GpuMetric } from "@/domain/gpu/gpu-metric";
import {
  GpuMemoryKind,
  GpuSource,
  GpuValues,
  GpuVendor,
  isSimulated,
  MissingReason,
} from "@/domain/gpu/gpu-sample";
import { SourceStatus } from "@/domain/gpu/source-status";
import { throttleReasons } from "@/domain/units/throttle-reasons";
import { defineTool } from "./tool";
import { chosenGpus, gpuArgument, GpuIdentity, identityOf } from "./tool-gpus";
import { isoOf, IsoTime } from "./tool-times";

const GpuState = GpuIdentity.extend({
  vendor: GpuVendor.nullable(),
  memoryKind: GpuMemoryKind.nullable(),
  parentUuid: z.string().nullable().describe("Of a MIG instance: the GPU that it is part of"),
  migProfile: z.string().nullable(),
  recordedAt: IsoTime,
  source: GpuSource,
  simulated: z.boolean().describe("True: the values are invented, no GPU was read"),
  stale: z.boolean().describe("True: last known values, nothing new came for 5 polls"),
  values: GpuValues.describe("The unit is the end of each name; null is not known, never 0"),
  missing: z.partialRecord(GpuMetric, MissingReason).describe("Why a value is null"),
  throttling: z.array(z.string()).describe("What the bits of throttleReasons mean"),
});

const GpuStates = z.object({
  serverTime: IsoTime,
  gpus: z.array(GpuState),
  sources: z
    .array(SourceStatus.pick({ source: true, state: true, detail: true }))
    .describe("Where the portal looks for GPUs on its own host, and what it found"),
});

function stateOf(latest: LatestGpu): z.infer<typeof GpuState> {
  const { sample, stale } = latest;
  const { vendor, memoryKind, parentUuid, migProfile, source, values, missing } = sample;
  return {
    ...identityOf(latest),
    vendor,
    memoryKind,
    parentUuid,
    migProfile,
    recordedAt: isoOf(sample.recordedAtMs),
    source,
    simulated: isSimulated(sample),
    stale,
    values,
    missing,
    throttling: throttleReasons(values.throttleReasons ?? 0).map(({ label }) => label),
  };
}

function sentenceOf({ gpus }: z.infer<typeof GpuStates>): string {
  if (gpus.length === 0) return "No GPU is known. `sources` says where the portal looked.";
  const stale = gpus.filter((gpu) => gpu.stale).length;
  const isInvented = gpus.some((gpu) => gpu.simulated);
  return [
    `${gpus.length} ${gpus.length === 1 ? "GPU" : "GPUs"}.`,
    ...(stale > 0 ? [`${stale} with last known values only.`] : []),
    ...(isInvented ? ["Some values are simulated, not measured."] : []),
  ].join(" ");
}

/** `gpu.latest`. */
export const gpuStateTool = defineTool({
  name: "get_gpu_state",
  title: "GPU state now",
  description:
    "The newest values of all GPUs of all hosts, or of one: utilisation (%), memory (MiB), temperature (°C), power (W), clocks (MHz), PCIe and NVLink (KB/s), fan (%), energy (J), ECC counts, last Xid. A null value is not known, and `missing` says why; it is never 0.",
  input: z.strictObject({ gpu: gpuArgument.optional() }),
  output: GpuStates,
  async read(ctx, { gpu }) {
    const fleet = await ctx.call.gpu.latest();
    const data = {
      serverTime: isoOf(fleet.serverTimeMs),
      gpus: chosenGpus(ctx, fleet, gpu && [gpu]).map(stateOf),
      sources: fleet.sources,
    };
    return { summary: sentenceOf(data), data };
  },
});
