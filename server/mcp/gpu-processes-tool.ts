import * as z from "zod";
import { GpuProcess } from "@/domain/gpu/gpu-process";
import { defineTool } from "./tool";
import { chosenGpu, gpuArgument, GpuIdentity, identityOf } from "./tool-gpus";
import { isoOf, IsoTime } from "./tool-times";

const ProcessesAnswer = GpuIdentity.extend({
  readAt: IsoTime,
  ageSeconds: z.number(),
  isFresh: z.boolean().describe("False: the last known list, `note` says why"),
  note: z.string().nullable(),
  problem: z.string().nullable().describe("Why there is no list; then processes is empty"),
  isCut: z.boolean().describe("True: there were more than 256"),
  processes: z.array(GpuProcess),
});

/** `gpu.processes`. */
export const gpuProcessesTool = defineTool({
  name: "list_gpu_processes",
  title: "Processes on a GPU",
  description:
    "Which processes use a GPU or MIG instance now, most memory (MiB) first, with program name and container id. Of a GPU of another host the last list that its agent sent. A null value is not shown by the host.",
  input: z.strictObject({ gpu: gpuArgument }),
  output: ProcessesAnswer,
  async read(ctx, { gpu: choice }) {
    const gpu = chosenGpu(ctx, await ctx.call.gpu.latest(), choice);
    const answer = await ctx.call.gpu.processes({ gpuUuid: gpu.sample.gpuUuid });
    const { readAtMs, ageMs, isFresh, note, problem, isCut, processes } = answer;
    return {
      summary: problem ?? `${processes.length} processes.${note === null ? "" : ` ${note}`}`,
      data: {
        ...identityOf(gpu),
        readAt: isoOf(readAtMs),
        ageSeconds: ageMs / 1_000,
        isFresh,
        note,
        problem,
        isCut,
        processes,
      },
    };
  },
});
