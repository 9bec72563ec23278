import { createHash } from "node:crypto";
import type { GpuReading } from "@/domain/gpu/collector-message";
import { unknownDeviceFacts } from "@/domain/gpu/gpu-sample";
import { readHealthAnswer } from "@/domain/gpu/health-answer";
import { requestUpstreamJson } from "@/server/upstream";
import type { ReaderEvents, SourceReader } from "./source-reader";
import { startUpstreamRounds, type AskedTarget } from "./upstream-rounds";

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
}

const MAX_ANSWER_BYTES = 64 * 1024;

/** Reads what AI services say about their GPU in their `/health` answers: one GPU a service. */
export function createHealthReader(options: HealthReaderOptions): SourceReader {
  return { source: "health", start: (events) => startRun(options, events) };
}

function startRun(options: HealthReaderOptions, events: ReaderEvents): () => void {
  const services = [...new Set(options.urls)].map(createService);
  return startUpstreamRounds({
    targets: services,
    intervalMs: options.intervalMs,
    ask: (service: Service, signal): Promise<GpuReading> =>
      ask(service, { timeoutMs: options.timeoutMs, signal }),
    onRound: (asked) => {
      const readings = asked.flatMap(({ fresh }) => (fresh === null ? [] : [fresh]));
      const isPartial = asked.some(({ state }) => state === "fails");
      const hasFailed = readings.length === 0 && asked.every(({ state }) => state === "fails");
      if (readings.length > 0) events.onTick(readings, describeAnswers(asked), isPartial);
      else if (hasFailed) events.onFailure(describeFailure(asked));
      return hasFailed;
    },
  });
}

async function ask(
  service: Service,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<GpuReading> {
  const answer = await requestUpstreamJson({
    label: service.label,
    url: service.url,
    deadlineMs: options.timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    signal: options.signal,
  });
  const reading = readHealthAnswer(answer);
  if (reading === null) throw new Error(`${service.label} says nothing about a GPU`);
  const { gpuUuid, gpuIndex } = service;
  return { gpuUuid, gpuIndex, ...unknownDeviceFacts, ...reading };
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
  };
}

function describeAnswers(services: readonly AskedTarget<Service, GpuReading>[]): string {
  const failing = services.find(({ state }) => state === "fails");
  const answering = services.filter(({ state }) => state === "answers").length;
  const all = `${services.length} AI service${services.length === 1 ? "" : "s"}`;
  if (failing === undefined) return `reads ${all}`;
  return `reads ${answering} of ${all}; ${failing.detail}`.slice(0, 300);
}

function describeFailure(services: readonly AskedTarget<Service, GpuReading>[]): string {
  const first = services[0]?.detail ?? "";
  const all = services.length === 1 ? "" : `none of ${services.length} AI services helps; `;
  return `${all}${first}`.slice(0, 300);
}
