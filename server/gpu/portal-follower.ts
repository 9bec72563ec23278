import type { GpuSample } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { followSamples } from "./follow-samples";
import type { GpuRing } from "./gpu-ring";
import type { GpuStore } from "./gpu-store";
import type { ReportState } from "./report-state";

export interface PortalFollowerOptions {
  store: Pick<GpuStore, "readSamplesAfter">;
  ring: GpuRing;
  historyMs: number;
  pollIntervalMs: number;
  nowMs: () => number;
  onSamples: (samples: GpuSample[]) => void;
  onOldSamples: (samples: GpuSample[]) => void;
  /** What is known of the sources now, while it follows. */
  sources: () => SourceStatus[];
  /** One of them is another than before. */
  onSources: (sources: SourceStatus[]) => void;
  onStateChange: ReportState;
}

/** Follows what another portal stores, while that one holds the lock "gpu-poller". */
export class PortalFollower {
  readonly #options: PortalFollowerOptions;
  #following: ReturnType<typeof followSamples> | null = null;
  #lastSources = "";

  constructor(options: PortalFollowerOptions) {
    this.#options = options;
  }

  get isFollowing(): boolean {
    return this.#following !== null;
  }

  start(): void {
    const { ring, onSamples } = this.#options;
    this.#lastSources = "";
    this.#following = followSamples({
      ...this.#options,
      startAfterMs: new Map(
        ring.newest().map(({ sample }) => [sample.gpuUuid, sample.recordedAtMs]),
      ),
      isKnown: ({ gpuUuid, recordedAtMs }) =>
        ring.places(gpuUuid, { fromMs: recordedAtMs, toMs: recordedAtMs + 1 }).length > 0,
      onSamples: (samples) => {
        onSamples(samples);
        this.#sendSources();
      },
    });
    this.#sendSources();
  }

  async stop(): Promise<void> {
    const following = this.#following;
    this.#following = null;
    await following?.stop();
  }

  #sendSources(): void {
    const sources = this.#options.sources();
    const content = JSON.stringify(sources.map(({ source, state }) => [source, state]));
    if (content === this.#lastSources) return;
    this.#lastSources = content;
    this.#options.onSources(sources);
  }
}
