import { CollectorHandshake, CollectorRequest } from "@/domain/gpu/collector-message";
import { createChain } from "./create-chain";
import { createPortalChannel } from "./portal-channel";
import type { SourceChain } from "./source-chain";

// The collector's own process: whatever a driver call does, the portal goes on. It lives as long as its IPC channel.

const ALIVE_EVERY_MS = 1_000;
const HANDSHAKE_WITHIN_MS = 10_000;

let chain: SourceChain | null = null;

process.on("exit", () => chain?.stop());
for (const event of ["SIGTERM", "SIGINT", "SIGHUP", "disconnect"]) {
  process.on(event, () => process.exit(0));
}

if (!process.connected) {
  process.stderr.write("The collector is started by Sightline itself: run npm start.\n");
  process.exit(2);
}

const handshakeTimer = setTimeout(() => process.exit(2), HANDSHAKE_WITHIN_MS);
process.once("message", (message) => {
  clearTimeout(handshakeTimer);
  const { settings, ...before } = CollectorHandshake.parse(message);
  const portal = createPortalChannel();
  chain = createChain(settings, {
    ...before,
    onTick: (tick) => portal.send({ type: "samples", ...tick }),
    onProcesses: (lists) => portal.send({ type: "processes", atMs: Date.now(), lists }),
    onSources: (sources) => portal.send({ type: "sources", sources }),
  });
  // From the same event loop as the sources: a loop that is held up is silent, and the portal sees it.
  const sendAlive = () => portal.send({ type: "alive", atMs: Date.now() });
  sendAlive();
  setInterval(sendAlive, ALIVE_EVERY_MS);
  process.on("message", (request) => {
    if (CollectorRequest.safeParse(request).success) chain?.readProcesses();
  });
  chain.start();
});
