import type { SystemStatus } from "@/domain/health/health-report";
import type { SocketEndpoint } from "@/server/http/upgrade-listener";
import type { Logger } from "@/server/logger";
import type { WatchActor } from "./access-ended";
import type { GpuFeed, PressureFeed } from "./gpu-feed";
import type { TokenFeed } from "./token-feed";
import { createLiveSockets } from "./live-sockets";
import { createSystemSocket } from "./system-socket";

export interface Sockets {
  /** All that are served: who listens, and who lists policies, takes them from here. */
  endpoints: readonly SocketEndpoint[];
  /** Connected clients by kind of socket. */
  clients(): Record<"socket.io" | "system", number>;
  /** Tells every client to come back later. */
  stop(): Promise<void>;
}

/** Every WebSocket of the server. */
export function createSockets(options: {
  feed: GpuFeed;
  pressure: PressureFeed;
  tokens: TokenFeed;
  health: () => SystemStatus;
  watch: WatchActor;
  logger: Logger;
}): Sockets {
  const live = createLiveSockets(options);
  const system = createSystemSocket(options);
  return {
    endpoints: [live.endpoint, system.endpoint],
    clients: () => ({ "socket.io": live.count(), system: system.count() }),
    async stop() {
      system.stop();
      await live.stop();
    },
  };
}
