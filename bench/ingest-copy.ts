import type pg from "pg";
import { gpuMetricFacts, gpuMetrics } from "@/domain/gpu/gpu-metric-facts";
import type { GpuSample } from "@/domain/gpu/gpu-sample";
import { encodeMissing } from "@/domain/gpu/missing-code";

const columns = gpuMetrics.map((metric) => gpuMetricFacts[metric].key).join(", ");
const COPY = `COPY gpu_stats (device_id, recorded_at, source, ${columns}, missing) FROM STDIN`;

/** One row in COPY's text format. Nothing in it needs an escape. */
export function copyLine(sample: GpuSample, deviceId: number): string {
  let line = `${deviceId}\t${new Date(sample.recordedAtMs).toISOString()}\t${sample.source}`;
  for (const metric of gpuMetrics) {
    const value = sample.values[metric];
    line += value === null ? "\t\\N" : `\t${value}`;
  }
  return `${line}\t${encodeMissing(sample.missing)}\n`;
}

/** What pg's connection offers beside its documented surface; pg-copy-streams is made of the same. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** One COPY of ready text; pg calls its methods as the protocol goes on. */
export class CopyStatement {
  readonly #text: string;
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  run(client: pg.Client): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      client.query(this as unknown as pg.Submittable);
    });
  }

  submit(connection: CopyConnection): void {
    connection.query(COPY);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(this.#text));
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {
    // The end of all is readyForQuery.
  }

  handleError(error: Error): void {
    this.#settle?.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle?.resolve();
  }
}
