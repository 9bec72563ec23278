import { MAX_GPUS_PER_TICK, type GpuReading } from "@/domain/gpu/collector-message";
import type { GpuSample, GpuSource } from "@/domain/gpu/gpu-sample";
import { quarantine } from "@/domain/gpu/quarantine";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { backOffMs } from "./back-off";
import type { SourceReader } from "./source-reader";
import { createTickClock } from "./tick-clock";

/** One place in the order of sources. `notConfigured` = why there is nothing to try. */
export type ChainLink =
  { reader: SourceReader; notConfigured?: never } | { source: GpuSource; notConfigured: string };

export interface SourceChainOptions {
  links: readonly ChainLink[];
  /** GPU_SOURCES is not set: the simulated source stands by and is used only while no real source was ever seen. */
  isAutomatic: boolean;
  /** A real source has answered before this chain began. */
  realSourceSeen: boolean;
  /** How long a later source waits for the first verdict on an earlier one. */
  holdMs: number;
  nowMs: () => number;
  random: () => number;
  onSamples: (samples: GpuSample[], atMs: number) => void;
  /** All statuses, in order; only when one has changed. */
  onSources: (sources: SourceStatus[]) => void;
}

interface Entry {
  source: GpuSource;
  reader: SourceReader | null;
  /** working = ticks now · resting = works, but is not needed · waiting = failed, is tried again later */
  state: "untried" | "trying" | "working" | "resting" | "waiting" | "never";
  isDecided: boolean;
  shown: Pick<SourceStatus, "state" | "detail" | "isPartial">;
  checkedAtMs: number | null;
  failures: number;
  workingSinceMs: number;
  stop: () => void;
  timer: NodeJS.Timeout | undefined;
}

interface Tick {
  readings: GpuReading[];
  detail: string;
  isPartial: boolean;
}

const RECHECK_RESTING_MS = 60_000;
const STEADY_AFTER_MS = 30_000;
const STATUS_REFRESH_MS = 60_000;

/**
 * Decides which source is used: the first in the order that works. All are tried at the start; one that fails is tried again after
 * a growing pause, so a driver that appears later takes over, and a source that stops hands over to the next one.
 */
export class SourceChain {
  readonly #options: SourceChainOptions;
  readonly #entries: Entry[];
  readonly #nextTickMs: () => number;
  #active: Entry | null = null;
  #realSourceSeen: boolean;
  #isHolding = true;
  #lastSent = "";
  #timers: NodeJS.Timeout[] = [];

  constructor(options: SourceChainOptions) {
    this.#options = options;
    this.#realSourceSeen = options.realSourceSeen;
    this.#nextTickMs = createTickClock(options.nowMs);
    this.#entries = options.links.map((link) => createEntry(link, options.isAutomatic));
  }

  start(): void {
    this.#timers = [
      setTimeout(() => {
        this.#isHolding = false;
        this.#arbitrate();
      }, this.#options.holdMs),
      // When each was last looked at changes without news; once a minute is enough for that.
      setInterval(() => this.#sendSources(true), STATUS_REFRESH_MS),
    ];
    for (const entry of this.#entries) if (entry.state === "untried") this.#try(entry);
    this.#arbitrate();
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const entry of this.#entries) {
      clearTimeout(entry.timer);
      entry.stop();
      entry.state = "never";
    }
  }

  #try(entry: Entry): void {
    if (entry.reader === null) return;
    clearTimeout(entry.timer);
    entry.state = "trying";
    let isCurrent = true;
    const stopReader = entry.reader.start({
      onTick: (readings, detail, isPartial = false) => {
        if (isCurrent) this.#onTick(entry, { readings, detail, isPartial });
      },
      onFailure: (detail) => {
        if (!isCurrent) return;
        isCurrent = false;
        this.#onFailure(entry, detail);
      },
    });
    entry.stop = () => {
      isCurrent = false;
      stopReader();
    };
  }

  #onTick(entry: Entry, tick: Tick): void {
    if (entry.state !== "working") {
      entry.state = "working";
      entry.workingSinceMs = performance.now();
    }
    entry.isDecided = true;
    entry.checkedAtMs = this.#options.nowMs();
    const { detail, isPartial } = tick;
    entry.shown = { state: "standby", detail, ...(isPartial && { isPartial }) };
    if (entry.source !== "simulated") this.#realSourceSeen = true;
    this.#arbitrate();
    if (entry !== this.#active) return;

    const recordedAtMs = this.#nextTickMs();
    const samples = tick.readings.slice(0, MAX_GPUS_PER_TICK).map((reading): GpuSample => {
      const { values, missing } = quarantine(reading);
      return { ...reading, values, missing, recordedAtMs, source: entry.source };
    });
    if (samples.length > 0) this.#options.onSamples(samples, recordedAtMs);
  }

  #onFailure(entry: Entry, detail: string): void {
    const wasSteady =
      entry.state === "working" && performance.now() - entry.workingSinceMs >= STEADY_AFTER_MS;
    entry.failures = wasSteady ? 1 : entry.failures + 1;
    entry.state = "waiting";
    entry.isDecided = true;
    entry.checkedAtMs = this.#options.nowMs();
    entry.shown = { state: "unavailable", detail };
    entry.stop();
    entry.timer = setTimeout(
      () => this.#try(entry),
      backOffMs(entry.failures, this.#options.random),
    );
    if (entry === this.#active) {
      // One that failed long ago may work by now: nobody waits a minute for it while nothing is read.
      for (const other of this.#entries) {
        if (other !== entry && other.state === "waiting") this.#try(other);
      }
    }
    this.#arbitrate();
  }

  #arbitrate(): void {
    this.#active = this.#findActive();
    if (this.#active === null) this.#wakeOne();
    else this.#restAfter(this.#active);
    this.#sendSources(false);
  }

  #findActive(): Entry | null {
    for (const entry of this.#entries) {
      if (entry.state === "working") return entry;
      // At the start an earlier source gets its chance before a later one is used.
      if (this.#isHolding && !entry.isDecided) return null;
    }
    return null;
  }

  /** What comes after the active source has shown that it works: that is enough. */
  #restAfter(active: Entry): void {
    for (const entry of this.#entries.slice(this.#entries.indexOf(active) + 1)) {
      if (entry.state !== "working") continue;
      entry.stop();
      entry.state = "resting";
      if (entry.source === "simulated") entry.shown = restingSimulation(this.#options.isAutomatic);
      else entry.timer = setTimeout(() => this.#try(entry), RECHECK_RESTING_MS);
    }
  }

  #wakeOne(): void {
    const next = this.#entries.find((entry) => entry.state === "resting" && this.#mayUse(entry));
    if (next !== undefined) this.#try(next);
  }

  /** Invented values beside real ones would be a lie: without being asked for they stand in for a GPU that never was. */
  #mayUse(entry: Entry): boolean {
    if (entry.source !== "simulated" || !this.#options.isAutomatic) return true;
    return !this.#realSourceSeen && this.#entries.every(({ isDecided }) => isDecided);
  }

  #sendSources(isRefresh: boolean): void {
    const sources = this.#entries.map((entry): SourceStatus => {
      const { source, checkedAtMs, shown } = entry;
      if (entry === this.#active) return { source, checkedAtMs, ...shown, state: "active" };
      return { source, checkedAtMs, ...shown };
    });
    const content = JSON.stringify(sources.map(({ state, detail }) => [state, detail]));
    if (content === this.#lastSent && !isRefresh) return;
    this.#lastSent = content;
    this.#options.onSources(sources);
  }
}

function createEntry(link: ChainLink, isAutomatic: boolean): Entry {
  const blank = {
    checkedAtMs: null,
    failures: 0,
    workingSinceMs: 0,
    stop: () => undefined,
    timer: undefined,
  };
  if (link.notConfigured !== undefined) {
    return {
      ...blank,
      source: link.source,
      reader: null,
      state: "never",
      isDecided: true,
      shown: { state: "not_configured", detail: link.notConfigured },
    };
  }
  const { source } = link.reader;
  const standsBy = isAutomatic && source === "simulated";
  return {
    ...blank,
    source,
    reader: link.reader,
    state: standsBy ? "resting" : "untried",
    isDecided: standsBy,
    shown: standsBy
      ? restingSimulation(isAutomatic)
      : { state: "unavailable", detail: "is being tried" },
  };
}

function restingSimulation(isAutomatic: boolean): Entry["shown"] {
  const detail = isAutomatic ? "used only when no GPU is found" : "named in GPU_SOURCES";
  return { state: "standby", detail };
}
