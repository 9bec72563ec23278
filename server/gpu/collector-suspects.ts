import type { GpuSource } from "@/domain/gpu/gpu-sample";
import type { SourceStatus } from "@/domain/gpu/source-status";

/** Sources that call a driver in the collector itself; all others run beside it and cannot hang it. */
const inTheCollector: readonly GpuSource[] = ["nvml"];
/** How a process ends that a library has broken. SIGKILL is not among them: that is a person, or memory that ran out. */
const crashSignals: ReadonlySet<string> = new Set([
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
]);

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;
const FORGOTTEN_AFTER_MS = 1_800_000;

export interface Suspects {
  suspects: GpuSource[];
  suspectPauseMs: number;
}

export interface CollectorEnd {
  /** It said nothing and was killed for that. */
  wasSilent: boolean;
  /** The signal that ended it, or its exit code as text. */
  reason: string;
  /** What it last said of its sources; none before its first word. */
  sources: readonly SourceStatus[];
}

/**
 * Remembers which source may have hung or broken the collector, so that the next one leaves it alone for a while: 30 s, doubled with each
 * time up to 10 min. Without that a driver that hangs would take every other source down with it again and again.
 */
export function createSuspicion(options: { nowMs: () => number; firstPauseMs?: number }) {
  const { nowMs, firstPauseMs = FIRST_PAUSE_MS } = options;
  let times = 0;
  let lastMs = -Infinity;
  let untilMs = -Infinity;
  let suspects: GpuSource[] = [];
  return {
    note({ wasSilent, reason, sources }: CollectorEnd): void {
      if (!wasSilent && !crashSignals.has(reason)) return;
      const isConfigured = (source: GpuSource) =>
        sources.length === 0 ||
        sources.some((one) => one.source === source && one.state !== "not_configured");
      suspects = inTheCollector.filter(isConfigured);
      if (suspects.length === 0) return;
      const now = nowMs();
      times = now - lastMs > FORGOTTEN_AFTER_MS ? 1 : times + 1;
      lastMs = now;
      untilMs = now + Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** Math.min(times - 1, 16));
    },
    /** For the handshake of the next collector. */
    now(): Suspects {
      const leftMs = Math.ceil(untilMs - nowMs());
      return leftMs > 0
        ? { suspects: [...suspects], suspectPauseMs: leftMs }
        : { suspects: [], suspectPauseMs: 0 };
    },
  };
}
