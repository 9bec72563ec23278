import * as z from "zod";
import type { GpuHistorySeries } from "@/domain/gpu/gpu-history";
import { IsoTime, isoOf } from "./tool-times";

export const ToldXid = z.object({
  gpu: z.string(),
  uuid: z.string(),
  at: IsoTime.describe("Begin of the step in which it was first there"),
  code: z.int().describe("Xid error code of NVIDIA's driver"),
  isEarlier: z.boolean().describe("True: it stood there when the range began"),
});

/** The metric holds the last Xid that the driver reported, so an error is where it changes. The same code twice in a row is seen once. */
export function xidsOf(
  { gpuUuid, timesMs, max }: GpuHistorySeries,
  labelOf: (gpuUuid: string) => string,
): z.infer<typeof ToldXid>[] {
  const codes = max?.xidCode ?? [];
  const found: z.infer<typeof ToldXid>[] = [];
  let before: number | null = null;
  for (const [i, code] of codes.entries()) {
    if (code === null) continue;
    const isEarlier = before === null;
    if (code !== 0 && code !== before)
      found.push({
        gpu: labelOf(gpuUuid),
        uuid: gpuUuid,
        at: isoOf(timesMs[i] ?? 0),
        code,
        isEarlier,
      });
    before = code;
  }
  return found;
}
