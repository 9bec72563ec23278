export { createGpuFeature, type GpuFeature } from "./gpu-feature";
export type { GpuContext } from "./gpu-context";
export { createGpuStore, type GpuStore } from "./gpu-store";
export { startCollector } from "./collector-process";
