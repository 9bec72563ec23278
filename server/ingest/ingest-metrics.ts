import { Counter, Gauge, type Registry } from "@prometheus-io/client";
import type { AgentStatus } from "@/domain/ingest/agent-status";
import { SampleRefusal } from "@/domain/ingest/sample-batch";
import type { IngestContext } from "./ingest-context";

/** Registers the series of agents. Answers a function that takes them out again. */
export function registerIngestMetrics(
  registry: Registry,
  { agents, counts, nowMs }: Pick<IngestContext, "agents" | "counts" | "nowMs">,
): () => void {
  const registers = [registry];
  const totals = {
    sightline_ingest_batches_total: ["Batches of samples that agents sent.", () => counts.batches],
    sightline_ingest_samples_total: ["Samples of agents that are stored.", () => counts.accepted],
  } as const;
  for (const [name, [help, read]] of Object.entries(totals))
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  new Counter({
    name: "sightline_ingest_samples_refused_total",
    help: "Samples of agents that were not taken, by reason.",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const reason of SampleRefusal.options) this.inc({ reason }, counts.refused[reason]);
    },
  });
  for (const { name, help, read } of agentGauges)
    new Gauge({
      name,
      help,
      labelNames: ["host"],
      registers,
      collect() {
        this.reset();
        for (const agent of agents.list().agents)
          this.set({ host: agent.host }, read(agent, nowMs()));
      },
    });
  return () => {
    const names = [...Object.keys(totals), ...agentGauges.map(({ name }) => name)];
    for (const name of [...names, "sightline_ingest_samples_refused_total"])
      registry.removeSingleMetric(name);
  };
}

const agentGauges = [
  {
    name: "sightline_agent_last_seen_seconds",
    help: "Seconds since the agent of this host last sent.",
    read: (agent: AgentStatus, nowMs: number) => Math.max(0, nowMs - agent.lastSeenAtMs) / 1_000,
  },
  {
    name: "sightline_agent_behind_samples",
    help: "Samples that this agent has on its disk and has not sent.",
    read: (agent: AgentStatus) => agent.behindSamples,
  },
  {
    name: "sightline_agent_behind_seconds",
    help: "Age of the oldest sample that this agent has not sent.",
    read: (agent: AgentStatus) => agent.behindMs / 1_000,
  },
  {
    name: "sightline_agent_dropped_samples",
    help: "Samples that this agent lost at the cap of its spool.",
    read: (agent: AgentStatus) => agent.droppedSamples,
  },
] as const;
