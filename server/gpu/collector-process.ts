import { spawn, type ChildProcess } from "node:child_process";
import type { Logger } from "pino";
import {
  CollectorMessage,
  type CollectorHandshake,
  type CollectorRequest,
  type CollectorSettings,
} from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import { isSimulated, type GpuSample } from "@/domain/gpu/gpu-sample";
import type { QuarantinedValue } from "@/domain/gpu/quarantined-value";
import type { SourceStatus } from "@/domain/gpu/source-status";
import { collectorEnvironment } from "./collector-environment";
import { createSuspicion } from "./collector-suspects";
import { startWatchdog } from "./collector-watchdog";

export interface CollectorOptions {
  /** The program and its arguments: node and dist/collector.mjs, or collector/main.ts through tsx. */
  command: string;
  args: readonly string[];
  settings: CollectorSettings;
  logger: Pick<Logger, "info" | "warn">;
  /** All GPUs of one tick. */
  onSamples: (samples: GpuSample[]) => void;
  /** The status of every source, in their order; when one has changed, and once a minute. */
  onSources: (sources: SourceStatus[]) => void;
  /** What was set aside in one tick; never empty. */
  onQuarantined?: (values: QuarantinedValue[]) => void;
  /** The processes of all GPUs of the source that is used: each minute, and after `readProcesses`. */
  onProcesses?: (lists: GpuProcessList[]) => void;
  /** How long a source that hung the collector is left alone the first time; tests take less. */
  suspectPauseMs?: number;
}

export interface CollectorProcess {
  /** Ends the collector and everything it started: SIGTERM, after 3 s SIGKILL. */
  stop: () => Promise<void>;
  /** Null while none runs: also from the moment when a silent one is killed, since a hung one may not end even then. */
  pid: () => number | null;
  /** Asks for the processes now. False when no collector runs. */
  readProcesses: () => boolean;
}

const START_WITHIN_MS = 20_000;
const SILENCE_MS = 3_000;
const STOP_WITHIN_MS = 3_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_AFTER_MS = 30_000;
const MAX_MESSAGES_A_SECOND = 200;
const MAX_KEPT_ERROR_TEXT = 4_000;

/**
 * Runs the collector as a child process and keeps it running: one that says nothing for 3 s is killed (it sends a sign of life each
 * second), and one that ended is started again after a growing pause. Every message is checked before it is passed on.
 */
export function startCollector(options: CollectorOptions): CollectorProcess {
  const { logger } = options;
  let child: ChildProcess | null = null;
  let isKilled = false;
  let restartTimer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let failures = 0;
  let sources: SourceStatus[] = [];
  let realSourceSeen = false;
  const { suspectPauseMs } = options;
  const suspicion = createSuspicion({
    nowMs: () => performance.now(),
    ...(suspectPauseMs !== undefined && { firstPauseMs: suspectPauseMs }),
  });

  const acceptSources = (next: SourceStatus[]) => {
    for (const status of next) {
      const before = sources.find(({ source }) => source === status.source);
      if (before?.state === status.state && before.detail === status.detail) continue;
      const { source, state, detail, checkedAtMs } = status;
      if (state === "unavailable" && checkedAtMs === null) continue; // not tried yet: no news
      logger.info({ source, state }, `GPU source ${source}: ${state}, ${detail}`);
    }
    sources = next;
    options.onSources(next);
  };

  const accept = (message: CollectorMessage) => {
    if (message.type === "sources") acceptSources(message.sources);
    if (message.type === "processes") options.onProcesses?.(message.lists);
    if (message.type !== "samples") return;
    realSourceSeen ||= message.samples.some((sample) => !isSimulated(sample));
    options.onSamples(message.samples);
    if (message.quarantined.length > 0) options.onQuarantined?.(message.quarantined);
  };

  const restartLater = (ended: { ranMs: number; reason: string; errorText: string }) => {
    failures = ended.ranMs >= STEADY_AFTER_MS ? 1 : failures + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 16));
    logger.warn(
      { pauseMs, ...(ended.errorText === "" ? {} : { errorText: ended.errorText }) },
      `The collector ended (${ended.reason}) and is started again`,
    );
    restartTimer = setTimeout(run, pauseMs);
  };

  const withdrawSources = () => {
    const active = sources.some(({ state }) => state === "active");
    if (!active) return;
    sources = sources.map((status) =>
      status.state === "active"
        ? { ...status, state: "unavailable", detail: "the collector is being started again" }
        : status,
    );
    options.onSources(sources);
  };

  const run = () => {
    const startedMs = performance.now();
    const started = spawnCollector(options);
    child = started;
    isKilled = false;
    let errorText = "";
    started.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errorText = (errorText + text).slice(-MAX_KEPT_ERROR_TEXT);
    });

    const watchdog = startWatchdog(START_WITHIN_MS, () => {
      logger.warn("The collector does not answer and is killed");
      isKilled = true;
      suspicion.note({ wasSilent: true, reason: "silence", sources });
      killGroup(started);
      withdrawSources();
    });
    const mayPass = createRateLimit(MAX_MESSAGES_A_SECOND);
    let isReported = false;
    started.on("message", (raw) => {
      if (isStopping || isKilled || !mayPass()) return;
      const message = CollectorMessage.safeParse(raw);
      if (message.success) {
        watchdog.touch(SILENCE_MS);
        accept(message.data);
      } else if (!isReported) {
        isReported = true;
        logger.warn("The collector sent a message that is not understood; it is ignored");
      }
    });

    let isOver = false;
    const end = (reason: string) => {
      if (isOver) return;
      isOver = true;
      watchdog.stop();
      // What it started may have outlived it.
      killGroup(started);
      if (child === started) child = null;
      if (isStopping) return;
      suspicion.note({ wasSilent: false, reason, sources });
      restartLater({ ranMs: performance.now() - startedMs, reason, errorText });
      withdrawSources();
    };
    started.on("error", (error) => end(error.message));
    started.on("exit", (code, signal) => end(signal ?? `code ${code ?? "unknown"}`));

    const handshake: CollectorHandshake = {
      type: "settings",
      settings: options.settings,
      realSourceSeen,
      ...suspicion.now(),
    };
    // A child that died at once is reported by its exit.
    started.send(handshake, () => undefined);
  };

  run();
  return {
    pid: () => (isKilled ? null : (child?.pid ?? null)),
    readProcesses: () => {
      if (isKilled || child?.connected !== true) return false;
      const request: CollectorRequest = { type: "read-processes" };
      child.send(request, () => undefined);
      return true;
    },
    stop: async () => {
      isStopping = true;
      clearTimeout(restartTimer);
      if (child !== null) await endCollector(child);
      child = null;
    },
  };
}

function spawnCollector({ command, args }: CollectorOptions): ChildProcess {
  return spawn(command, args, {
    env: collectorEnvironment(),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    // A group of its own: it is killed together with what it started, and Ctrl-C reaches it through us only.
    detached: true,
  });
}

function endCollector(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    const timer = setTimeout(() => killGroup(child), STOP_WITHIN_MS);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.once("error", () => resolve());
    child.kill("SIGTERM");
  });
}

/** SIGKILL for the collector and its nvidia-smi: a hung driver call heeds nothing else. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

function createRateLimit(perSecond: number): () => boolean {
  let windowStartMs = performance.now();
  let count = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - windowStartMs >= 1_000) {
      windowStartMs = nowMs;
      count = 0;
    }
    count += 1;
    return count <= perSecond;
  };
}
