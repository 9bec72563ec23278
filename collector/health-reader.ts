import { createHash } from "node:crypto";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { readHealthAnswer } from "@/domain/gpu/health-answer";
import { requestUpstreamJson } from "@/server/upstream";
import type { ReaderEvents, SourceReader } from "./source-reader";

export interface HealthReaderOptions {
  /** AI_HEALTH_URLS. An address without a path is asked for `/health`. */
  urls: readonly string[];
  intervalMs: number;
  timeoutMs: number;
}

interface Service {
  label: string;
  url: string;
  gpuUuid: string;
  gpuIndex: number;
  state: "unknown" | "answers" | "fails";
  detail: string;
  isAsked: boolean;
  fresh: GpuReading | null;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** Reads what AI services say about their GPU in their `/health` answers: one GPU a service. */
export function createHealthReader(options: HealthReaderOptions): SourceReader {
  return { source: "health", start: (events) => startRun(options, events) };
}

function startRun(options: HealthReaderOptions, events: ReaderEvents): () => void {
  const services = [...new Set(options.urls)].map(createService);
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const round = () => {
    const asked = services
      .filter(({ isAsked }) => !isAsked)
      .map((service) => ask(service, { ...options, signal: controller.signal }));
    // A slow service delays nobody: its answer goes with a later round.
    const startedMs = performance.now();
    const end = () => {
      clearTimeout(timer);
      if (controller.signal.aborted) return;
      const spentMs = performance.now() - startedMs;
      timer = setTimeout(round, Math.max(0, options.intervalMs - spentMs));
      publish();
    };
    let isEnded = false;
    const endOnce = () => {
      if (!isEnded) end();
      isEnded = true;
    };
    timer = setTimeout(endOnce, options.intervalMs);
    void Promise.all(asked).then(endOnce);
  };

  const publish = () => {
    const readings = services.flatMap((service) => (service.fresh === null ? [] : [service.fresh]));
    for (const service of services) service.fresh = null;
    const isPartial = services.some(({ state }) => state === "fails");
    if (readings.length > 0) events.onTick(readings, describeAnswers(services), isPartial);
    else if (services.every(({ state }) => state === "fails")) {
      stop();
      events.onFailure(describeFailure(services));
    }
  };
  const stop = () => {
    controller.abort();
    clearTimeout(timer);
  };
  timer = setTimeout(round, 0);
  return stop;
}

async function ask(
  service: Service,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  service.isAsked = true;
  try {
    const answer = await requestUpstreamJson({
      label: service.label,
      url: service.url,
      deadlineMs: options.timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      signal: options.signal,
    });
    const reading = readHealthAnswer(answer);
    service.state = reading === null ? "fails" : "answers";
    service.detail = reading === null ? `${service.label} says nothing about a GPU` : "";
    if (reading !== null) {
      service.fresh = { gpuUuid: service.gpuUuid, gpuIndex: service.gpuIndex, ...reading };
    }
  } catch (error) {
    service.state = "fails";
    service.detail = error instanceof Error ? error.message.replace(/\.$/, "") : service.label;
  } finally {
    service.isAsked = false;
  }
}

function createService(configured: string, gpuIndex: number): Service {
  const url = new URL(configured);
  if (url.pathname === "/") url.pathname = "/health";
  // Stable over restarts, and it tells nobody the address.
  const digest = createHash("sha256").update(configured).digest("hex").slice(0, 32);
  return {
    label: `AI service ${gpuIndex + 1}`,
    url: url.href,
    gpuUuid: `health-${digest}`,
    gpuIndex,
    state: "unknown",
    detail: "",
    isAsked: false,
    fresh: null,
  };
}

function describeAnswers(services: readonly Service[]): string {
  const failing = services.find(({ state }) => state === "fails");
  const answering = services.filter(({ state }) => state === "answers").length;
  const all = `${services.length} AI service${services.length === 1 ? "" : "s"}`;
  if (failing === undefined) return `reads ${all}`;
  return `reads ${answering} of ${all}; ${failing.detail}`.slice(0, 300);
}

function describeFailure(services: readonly Service[]): string {
  const first = services[0]?.detail ?? "";
  const all = services.length === 1 ? "" : `none of ${services.length} AI services helps; `;
  return `${all}${first}`.slice(0, 300);
}
