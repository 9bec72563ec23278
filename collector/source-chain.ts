import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import type { GpuSample, GpuSource } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { backOffMs } from "./back-off";
import { samplesOfTick } from "./samples-of-tick";
import type { SourceReader } from "./source-reader";
import { createTickClock } from "./tick-clock";

/** One place in the order of sources. `notConfigured` = why there is nothing to try. */
export type ChainLink =
  { reader: SourceReader; notConfigured?: never } | { source: GpuSource; notConfigured: string };

/** What one tick has brought. */
export interface ChainTick {
  samples: GpuSample[];
  quarantined: QuarantinedValue[];
  atMs: number;
}

export interface SourceChainOptions {
  links: readonly ChainLink[];
  /** GPU_SOURCES is not set: the simulated source stands by and is used only while no real source was ever seen. */
  isAutomatic: boolean;
  /** A real source has answered before this chain began. */
  realSourceSeen: boolean;
  /** How long a later source waits for the first verdict on an earlier one. */
  holdMs: number;
  /** Of samples whose source names no host. */
  hostName: string;
  nowMs: () => number;
  random: () => number;
  onTick: (tick: ChainTick) => void;
  /** Of the source that is used; others are not listened to. */
  onProcesses: (lists: GpuProcessList[]) => void;
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
const RECHECK_JITTER = 0.2;
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

  /** Somebody looks at processes: the source that is used reads them at once, if it knows them. */
  readProcesses(): void {
    this.#active?.reader?.readProcesses?.();
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
      onProcesses: (lists) => {
        if (isCurrent && entry === this.#active) this.#options.onProcesses(lists);
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
    const { hostName, onTick } = this.#options;
    const { source } = entry;
    const { samples, quarantined } = samplesOfTick(tick.readings, {
      source,
      hostName,
      recordedAtMs,
    });
    if (samples.length > 0) onTick({ samples, quarantined, atMs: recordedAtMs });
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
    this.#tryLater(entry);
    if (entry === this.#active) {
      // One that failed long ago may work by now: nobody waits a minute for it while nothing is read.
      for (const other of this.#entries) {
        if (other !== entry && other.state === "waiting") this.#try(other);
      }
    }
    this.#arbitrate();
  }

  #tryLater(entry: Entry): void {
    const pauseMs = backOffMs(entry.failures, this.#options.random);
    entry.timer = setTimeout(() => this.#try(entry), pauseMs);
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
      else {
        const jitter = 1 - RECHECK_JITTER + 2 * RECHECK_JITTER * this.#options.random();
        entry.timer = setTimeout(() => this.#try(entry), RECHECK_RESTING_MS * jitter);
      }
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
