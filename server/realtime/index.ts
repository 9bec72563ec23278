export { createSockets } from "./create-sockets";
export type { GpuFeed, PressureFeed } from "./gpu-feed";
export type { TokenFeed } from "./token-feed";
export { eventPolicies, roomPolicies } from "./realtime-policies";
export { registerSocketMetrics } from "./socket-metrics";
