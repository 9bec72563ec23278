import { collectDefaultMetrics, Gauge, type Registry } from "@prometheus-io/client";

/** Memory, CPU, event loop, descriptors of this process, and which build it is. */
export function registerProcessMetrics(registry: Registry, build: { version: string }): void {
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "sightline_build_info",
    help: "Always 1; its labels say which build this is.",
    labelNames: ["version", "node"],
    registers: [registry],
  }).set({ version: build.version, node: process.version }, 1);
}
