import { Gauge, type Registry } from "@prometheus-io/client";
import type { Sockets } from "./create-sockets";

const NAME = "sightline_socket_clients";

/** `sightline_socket_clients{kind}`, read when it is scraped. Answers the function that takes it off the registry again. */
export function registerSocketMetrics(
  registry: Registry,
  sockets: Pick<Sockets, "clients">,
): () => void {
  new Gauge({
    name: NAME,
    help: "Connected WebSocket clients, by kind of socket.",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      for (const [kind, count] of Object.entries(sockets.clients())) this.set({ kind }, count);
    },
  });
  return () => {
    registry.removeSingleMetric(NAME);
  };
}
