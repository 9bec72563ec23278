import {
  AGENT_LOST_AFTER_MS,
  type AgentList,
  type AgentStatus,
} from "@/domain/ingest/agent-status";
import type { SampleBatch } from "@/domain/ingest/sample-batch";
import type { AgentRecord, AgentStore } from "./agent-store";

const SYNC_MS = 5_000;
const MAX_AGENTS = 1_000;
const FORGET_AFTER_MS = 30 * 86_400_000;

export interface AgentRegistryOptions {
  store: AgentStore;
  nowMs: () => number;
  /** Called when the table begins to fail (with the error) and when it works again (null). */
  onStateChange: (error: unknown) => void;
  syncMs?: number;
}

/**
 * Which agents send here, in memory and, a few seconds later, in the database: a host that is lost is still named after a start, and
 * by every portal that shares the database. Hosts are forgotten after 30 days, or when there are more than 1,000.
 */
export class AgentRegistry {
  readonly #options: AgentRegistryOptions;
  readonly #agents = new Map<string, AgentRecord>();
  readonly #changed = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void>;
  #isFailing = false;

  constructor(options: AgentRegistryOptions) {
    this.#options = options;
    this.#running = this.#sync();
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#sync());
    }, options.syncMs ?? SYNC_MS);
    this.#timer.unref();
  }

  /** A batch of this agent has come in. */
  heard(batch: Pick<SampleBatch, "host" | "agent" | "backlog" | "sentAtMs">): void {
    const { host, agent, backlog, sentAtMs } = batch;
    const lastSeenAtMs = this.#options.nowMs();
    this.#agents.set(host, {
      host,
      version: agent.version,
      firstSeenAtMs: this.#agents.get(host)?.firstSeenAtMs ?? lastSeenAtMs,
      lastSeenAtMs,
      behindSamples: backlog.samples,
      // Both by the agent's clock, which may be wrong.
      behindMs: backlog.oldestMs === null ? 0 : Math.max(0, sentAtMs - backlog.oldestMs),
      droppedSamples: backlog.dropped,
      clockOffsetMs: sentAtMs - lastSeenAtMs,
    });
    this.#changed.add(host);
    this.#keepWithinLimit();
  }

  list(): AgentList {
    const serverTimeMs = this.#options.nowMs();
    const agents = [...this.#agents.values()]
      .map((agent): AgentStatus => {
        const isLost = serverTimeMs - agent.lastSeenAtMs > AGENT_LOST_AFTER_MS;
        return { ...agent, state: isLost ? "lost" : "live" };
      })
      .sort((a, b) => (a.host < b.host ? -1 : 1));
    return { agents, serverTimeMs };
  }

  /** Keeps what is not in the database yet. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    if (this.#changed.size > 0) await this.#sync();
  }

  async #sync(): Promise<void> {
    const { store, nowMs, onStateChange } = this.#options;
    const hosts = [...this.#changed];
    this.#changed.clear();
    const changed = hosts.flatMap((host) => this.#agents.get(host) ?? []);
    try {
      const kept = await store.sync(changed, {
        forgetBeforeMs: nowMs() - FORGET_AFTER_MS,
        limit: MAX_AGENTS,
      });
      this.#take(kept);
      if (this.#isFailing) onStateChange(null);
      this.#isFailing = false;
    } catch (error) {
      for (const host of hosts) this.#changed.add(host);
      if (!this.#isFailing) onStateChange(error);
      this.#isFailing = true;
    }
  }

  /** What other portals, or this one before its start, know. */
  #take(kept: readonly AgentRecord[]): void {
    for (const agent of kept) {
      const known = this.#agents.get(agent.host);
      if (!known || known.lastSeenAtMs < agent.lastSeenAtMs) this.#agents.set(agent.host, agent);
      else known.firstSeenAtMs = Math.min(known.firstSeenAtMs, agent.firstSeenAtMs);
    }
    this.#keepWithinLimit();
  }

  #keepWithinLimit(): void {
    if (this.#agents.size <= MAX_AGENTS) return;
    const oldest = [...this.#agents.values()].reduce((a, b) =>
      b.lastSeenAtMs < a.lastSeenAtMs ? b : a,
    );
    this.#agents.delete(oldest.host);
    this.#changed.delete(oldest.host);
  }
}
