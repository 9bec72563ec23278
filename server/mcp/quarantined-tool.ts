import * as z from "zod";
import { GpuMetric } from "@/domain/gpu/gpu-metric";
import { GpuSource } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import { defineTool } from "./tool";
import { labelsOf } from "./tool-gpus";
import { isoOf, IsoTime } from "./tool-times";

export const ToldQuarantined = z.object({
  gpu: z.string(),
  uuid: z.string(),
  at: IsoTime,
  metric: GpuMetric,
  source: GpuSource,
  rawValue: z.string().describe("As the source gave it"),
});

export function toldQuarantined(
  { gpuUuid, recordedAtMs, metric, source, rawValue }: QuarantinedValue,
  labelOf: (gpuUuid: string) => string,
): z.infer<typeof ToldQuarantined> {
  const at = isoOf(recordedAtMs);
  return { gpu: labelOf(gpuUuid), uuid: gpuUuid, at, metric, source, rawValue };
}

/** `gpu.quarantined`. */
export const quarantinedTool = defineTool({
  name: "list_quarantined_values",
  title: "Values set aside as impossible",
  description:
    "Values that a driver or exporter gave and that cannot be (utilisation above 100 %, DCGM blanks), since the portal started: the newest 200, and how often by GPU and metric. In the samples they are null with the reason impossible_value.",
  input: z.strictObject({}),
  output: z.object({
    values: z.array(ToldQuarantined).describe("Newest first"),
    counts: z.array(z.object({ gpu: z.string(), metric: GpuMetric, count: z.int() })),
  }),
  async read({ call }) {
    const [fleet, found] = await Promise.all([call.gpu.latest(), call.gpu.quarantined()]);
    const labelOf = labelsOf(fleet);
    const total = found.counts.reduce((sum, { count }) => sum + count, 0);
    return {
      summary: `${total} values were set aside since the portal started.`,
      data: {
        values: found.values.map((value) => toldQuarantined(value, labelOf)),
        counts: found.counts.map(({ gpuUuid, metric, count }) => ({
          gpu: labelOf(gpuUuid),
          metric,
          count,
        })),
      },
    };
  },
});
