import { MAX_GPUS_PER_TICK, type GpuReading } from "@/domain/gpu/collector-message";
import { isExporterMetric } from "@/domain/gpu/exporter-metrics";
import { ExporterReadings } from "@/domain/gpu/exporter-readings";
import { ExporterText, ExporterTextError } from "@/domain/gpu/exporter-text";
import { streamUpstream } from "@/server/upstream";
import type { ReaderEvents, SourceReader } from "./source-reader";
import { startUpstreamRounds, type AskedTarget } from "./upstream-rounds";

export interface ExporterReaderOptions {
  /** GPU_EXPORTER_URLS. An address without a path is asked for `/metrics`. */
  urls: readonly string[];
  intervalMs: number;
  timeoutMs: number;
}

interface Exporter {
  label: string;
  url: string;
  /** Host of its GPUs when their labels do not say; null = this machine. */
  host: string | null;
}

const MAX_ANSWER_BYTES = 200 * 1024 * 1024;

/**
 * Reads the GPUs that dcgm-exporter or nvidia_gpu_exporter tells of in Prometheus' text format. A GPU of which several tell is taken
 * from the first of them in the order of the setting.
 */
export function createExporterReader(options: ExporterReaderOptions): SourceReader {
  return { source: "dcgm", start: (events) => startRun(options, events) };
}

function startRun(options: ExporterReaderOptions, events: ReaderEvents): () => void {
  return startUpstreamRounds({
    targets: [...new Set(options.urls)].map(createExporter),
    intervalMs: options.intervalMs,
    ask: (exporter: Exporter, signal) =>
      readExporter(exporter, { timeoutMs: options.timeoutMs, signal }),
    onRound: (asked) => {
      const readings = eachGpuOnce(asked);
      const isPartial = asked.some(({ state }) => state === "fails");
      const hasFailed = readings.length === 0 && asked.every(({ state }) => state === "fails");
      if (readings.length > 0) events.onTick(readings, describeAnswers(asked, readings), isPartial);
      else if (hasFailed) events.onFailure(describeFailure(asked));
      return hasFailed;
    },
  });
}

/** Asks one exporter once. Its text is read as it comes and never held as a whole. */
async function readExporter(
  exporter: Exporter,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<GpuReading[]> {
  const gpus = new ExporterReadings();
  const text = new ExporterText({
    wants: isExporterMetric,
    onSample: (sample) => gpus.add(sample),
  });
  try {
    await streamUpstream(
      {
        label: exporter.label,
        url: exporter.url,
        accept: "text/plain;version=0.0.4, */*;q=0.1",
        deadlineMs: timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
        signal,
      },
      (chunk) => text.push(chunk.toString("latin1")),
    );
    text.end();
  } catch (error) {
    if (!(error instanceof ExporterTextError)) throw error;
    throw new Error(`${exporter.label} sent text that is no metrics: ${error.message}`, {
      cause: error,
    });
  }
  const readings = gpus.readings();
  if (readings.length === 0) throw new Error(`${exporter.label} tells of no GPU`);
  const { host } = exporter;
  return host === null ? readings : readings.map((reading) => ({ host, ...reading }));
}

function eachGpuOnce(asked: readonly AskedTarget<Exporter, GpuReading[]>[]): GpuReading[] {
  const byUuid = new Map<string, GpuReading>();
  for (const reading of asked.flatMap(({ fresh }) => fresh ?? [])) {
    if (!byUuid.has(reading.gpuUuid)) byUuid.set(reading.gpuUuid, reading);
  }
  return [...byUuid.values()].slice(0, MAX_GPUS_PER_TICK);
}

function createExporter(configured: string, index: number): Exporter {
  const url = new URL(configured);
  if (url.pathname === "/") url.pathname = "/metrics";
  const label = `GPU exporter ${index + 1}`;
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  // Its address stays inside: people see its place in the setting.
  return { label, url: url.href, host: isHere ? null : `exporter-${index + 1}` };
}

function describeAnswers(
  asked: readonly AskedTarget<Exporter, GpuReading[]>[],
  readings: readonly GpuReading[],
): string {
  const gpus = readings.filter(({ parentUuid }) => parentUuid === null).length;
  const failing = asked.find(({ state }) => state === "fails");
  const of = `${asked.length} exporter${asked.length === 1 ? "" : "s"}`;
  const answering = asked.filter(({ state }) => state === "answers").length;
  const said = `reads ${gpus} GPU${gpus === 1 ? "" : "s"} from`;
  if (failing === undefined) return `${said} ${of}`;
  return `${said} ${answering} of ${of}; ${failing.detail}`.slice(0, 300);
}

function describeFailure(asked: readonly AskedTarget<Exporter, GpuReading[]>[]): string {
  const first = asked[0]?.detail ?? "";
  const all = asked.length === 1 ? "" : `none of ${asked.length} GPU exporters helps; `;
  return `${all}${first}`.slice(0, 300);
}
