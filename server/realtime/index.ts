export type { GpuFeed } from "./gpu-feed";
export { createLiveSockets } from "./live-sockets";
export { eventPolicies, roomPolicies, socketPolicies } from "./realtime-policies";
export { createSystemSocket } from "./system-socket";
