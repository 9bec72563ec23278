import * as z from "zod";
import { GpuUuid } from "./gpu-uuid";

/** One process that holds memory of a GPU or runs on it. */
export const GpuProcess = z.object({
  pid: z.int().min(0),
  /** Its program, without arguments: arguments may hold secrets. Null when the host does not show it. */
  name: z.string().max(255).nullable(),
  kind: z.enum(["compute", "graphics", "both"]).nullable(),
  memoryUsedMib: z.number().min(0).nullable(),
  /** 64 hex digits out of the control group's path; null of a process outside a container. */
  containerId: z
    .string()
    .regex(/^[\da-f]{12,64}$/)
    .nullable(),
  /** Path of its control group as the kernel shows it. */
  controlGroup: z.string().max(512).nullable(),
});
export type GpuProcess = z.infer<typeof GpuProcess>;

/** The processes of one GPU or MIG instance, most memory first. */
export const GpuProcessList = z.object({
  gpuUuid: GpuUuid,
  readAtMs: z.int().min(0),
  processes: z.array(GpuProcess).max(256),
  /** True when there were more than fit. */
  isCut: z.boolean(),
  /** Why there is no list: one clause for a person. Then `processes` is empty. */
  problem: z.string().max(300).nullable(),
});
export type GpuProcessList = z.infer<typeof GpuProcessList>;

/** What is known of the processes of one GPU: its newest list. */
export const GpuProcessAnswer = GpuProcessList.extend({
  /** How old the list is. */
  ageMs: z.int().min(0),
  /** False when a new list was asked for and did not come in time: this one is the last known. */
  isFresh: z.boolean(),
  /** Why it is not fresh: one sentence for a person. */
  note: z.string().max(300).nullable(),
});
export type GpuProcessAnswer = z.infer<typeof GpuProcessAnswer>;
