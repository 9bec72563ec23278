export { chooseGpu } from "./choose-gpu";
export { createGpuFeature, type GpuFeature } from "./gpu-feature";
export type { GpuRouterContext } from "./gpu-context";
export { gpuReadyQueries } from "./ready-queries";
export { createGpuStore, type GpuStore } from "./gpu-store";
export { startCollector } from "./collector-process";
