import * as z from "zod";
import { gpuMetrics } from "./gpu-metric-facts";

export const GpuMetric = z.enum(gpuMetrics);
export type GpuMetric = z.infer<typeof GpuMetric>;
