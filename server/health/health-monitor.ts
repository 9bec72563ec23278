import {
  type HealthReport,
  type HealthServices,
  overallStatus,
  type ReadinessReport,
  type ServiceHealth,
  statusValueOf,
  type SystemStatus,
  type WorkerHealth,
} from "@/domain/health/health-report";
import type { SourceStatus } from "@/domain/gpu/source-status";
import type { AgentStatus } from "@/domain/ingest/agent-status";
import type { Logger } from "@/server/logger";
import { LateAnswerError, within } from "@/server/within";
import { checkAgents } from "./check-agents";
import { type AiSettings, checkAi } from "./check-ai";
import { readMemory } from "./read-memory";
import { RecentEvents } from "./recent-events";
import { serviceHealth } from "./service-health";

const CHECK_LIMIT_MS = 300;
/** A report is not older than this; between requests a check runs so that a failure is seen and counted. */
const CACHE_MS = 1_000;
const WATCH_INTERVAL_MS = 5_000;

export interface HealthParts {
  /** Details for a person and for monitors; rejects when the database does not answer. */
  pingDatabase: () => Promise<Record<string, unknown>>;
  /** Why samples cannot be stored now (null: they can), and what waits; keys as the report has them. */
  storage: () => { problem: string | null; details: Record<string, unknown> };
  sources: () => readonly SourceStatus[];
  agents?: () => readonly AgentStatus[];
  settings: AiSettings;
  workers: () => WorkerHealth[];
  logger: Logger;
  nowMs: () => number;
}

/** Watches what the portal needs. Routes, `/ws/system` and the metrics read from it. */
export class HealthMonitor {
  readonly #parts: HealthParts;
  readonly #events = new RecentEvents();
  #phase: "starting" | "ready" | "stopping" = "starting";
  #services: HealthServices | null = null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #check: Promise<HealthServices> | null = null;
  #ping: Promise<Record<string, unknown>> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    this.#events.add(
      { service: "portal", event_type: "restart", message: "The portal has started." },
      parts.nowMs(),
    );
  }

  /** From here on it answers "ready" when it is, and checks without being asked. */
  async start(): Promise<void> {
    await this.services();
    this.#phase = "ready";
    this.#timer = setInterval(() => void this.services(), WATCH_INTERVAL_MS);
    this.#timer.unref();
  }

  /** From here on it answers "not ready", so that balancers send no more. */
  stop(): void {
    this.#phase = "stopping";
    if (this.#timer) clearInterval(this.#timer);
  }

  /** For what restarts by itself, as the collector does. */
  recordRestart(service: string, message: string): void {
    this.#events.add({ service, event_type: "restart", message }, this.#parts.nowMs());
  }

  /** The last known state, without a check. Before the first one: unhealthy. */
  overall(): SystemStatus {
    return this.#services ? overallStatus(this.#services) : "unhealthy";
  }

  lastServices(): HealthServices | null {
    return this.#services;
  }

  async report(): Promise<HealthReport> {
    const services = await this.services();
    const status = overallStatus(services);
    return {
      status,
      status_value: statusValueOf(status),
      services,
      timestamp: this.#now(),
      recent_events: this.#events.list(),
      memory: await readMemory(),
    };
  }

  async readiness(): Promise<ReadinessReport> {
    const services = await this.services();
    const workers = this.#parts.workers();
    const isServing = this.#phase === "ready";
    const hasDatabase = services.database.status !== "unhealthy";
    const ready = isServing && hasDatabase && workers.every(({ running }) => running);
    return {
      ready,
      status: ready ? "ready" : isServing && hasDatabase ? "degraded" : "not_ready",
      services,
      workers,
      timestamp: this.#now(),
      ai_warmth_status: null,
      supervisor_healthy: isServing,
    };
  }

  /** At most one check at a time, at most one a second; it takes 300 ms at most. */
  async services(): Promise<HealthServices> {
    // By a clock that is never set back.
    const isFresh = performance.now() - this.#checkedAt < CACHE_MS;
    if (this.#services && isFresh) return this.#services;
    this.#check ??= this.#runCheck().finally(() => (this.#check = null));
    return this.#check;
  }

  async #runCheck(): Promise<HealthServices> {
    const services = {
      database: await this.#checkDatabase(),
      redis: serviceHealth(
        "not_configured",
        "Redis is not configured. A single portal needs none.",
      ),
      ai: checkAi(this.#parts.settings, this.#parts.sources()),
      ...(this.#parts.agents && { agents: checkAgents(this.#parts.agents()) }),
    };
    this.#services = services;
    this.#checkedAt = performance.now();
    for (const [name, { status, message }] of Object.entries(services)) {
      if (this.#events.observe({ service: name, status, message }, this.#parts.nowMs()))
        this.#parts.logger.warn({ checked: name, status }, message);
    }
    return services;
  }

  async #checkDatabase(): Promise<ServiceHealth> {
    const { problem, details: waiting } = this.#parts.storage();
    try {
      // A ping that hangs is waited for again, not joined by a second one.
      this.#ping ??= this.#parts.pingDatabase().finally(() => (this.#ping = null));
      const details = await within(CHECK_LIMIT_MS, this.#ping);
      const known = { ...details, ...waiting };
      if (problem === null) return serviceHealth("healthy", "The database answers.", known);
      const message = `The database answers, but does not take samples, which are kept until it does. ${problem}`;
      return serviceHealth("degraded", message, known);
    } catch (error) {
      this.#parts.logger.debug({ err: error }, "The database check failed");
      const what =
        error instanceof LateAnswerError
          ? `takes longer than ${CHECK_LIMIT_MS / 1_000} s to answer`
          : "does not answer";
      return serviceHealth(
        "unhealthy",
        `The database ${what}. Samples are kept until it is back; see the server's log. ${problem ?? ""}`.trim(),
        waiting,
      );
    }
  }

  #now(): string {
    return new Date(this.#parts.nowMs()).toISOString();
  }
}
