import type { HealthEvent, ServiceStatus } from "@/domain/health/health-report";

const MAX_EVENTS = 50;

/** What changed lately, newest first; older entries fall out. */
export class RecentEvents {
  readonly #events: HealthEvent[] = [];
  readonly #isDown = new Map<string, boolean>();

  list(): HealthEvent[] {
    return this.#events.map((event) => ({ ...event }));
  }

  add(event: Omit<HealthEvent, "timestamp">, nowMs: number): void {
    this.#events.unshift({ timestamp: new Date(nowMs).toISOString(), ...event });
    this.#events.length = Math.min(this.#events.length, MAX_EVENTS);
  }

  /** Writes a failure or a recovery when a service changed; true when it did. */
  observe(
    seen: { service: string; status: ServiceStatus; message: string },
    nowMs: number,
  ): boolean {
    const { service, status, message } = seen;
    const isDown = status === "unhealthy";
    if (isDown === (this.#isDown.get(service) ?? false)) return false;
    this.#isDown.set(service, isDown);
    this.add({ service, event_type: isDown ? "failure" : "recovery", message }, nowMs);
    return true;
  }
}
