export { createSockets } from "./create-sockets";
export type { GpuFeed } from "./gpu-feed";
export { eventPolicies, roomPolicies } from "./realtime-policies";
export { registerSocketMetrics } from "./socket-metrics";
