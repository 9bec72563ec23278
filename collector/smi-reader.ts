import type { GpuReading } from "@/domain/gpu/collector-message";
import type { GpuProcessList } from "@/domain/gpu/gpu-process";
import { chooseSmiColumns, knownSmiColumns, refusedSmiColumn } from "@/domain/gpu/smi-columns";
import { SmiTicks } from "@/domain/gpu/smi-ticks";
import {
  smiProcessLists,
  withSmiDetails,
  type SmiDetailsState,
} from "@/domain/gpu/smi-with-details";
import { readProcessIdentity, seesHostProcesses } from "./process-identity";
import { startSmiDetailsReader, type SmiDetailsReader } from "./smi-details-reader";
import { runSmi } from "./smi-process";
import type { ReaderEvents, SourceReader } from "./source-reader";
import { startStallTimer } from "./stall-timer";

export interface SmiReaderOptions {
  /** NVIDIA_SMI_PATH; null = nvidia-smi on PATH. */
  path: string | null;
  intervalMs: number;
  /** How often MIG instances, processes and what else is in the XML only are read; null = never. */
  detailsEveryMs?: number | null;
  /** Until the first tick. Without persistence mode the driver initialises each GPU first, which takes seconds. */
  firstTickMs?: number;
  /** The same once this reader has had a tick: the driver works here, and what hangs now is to be tried again soon. */
  laterFirstTickMs?: number;
}

const FIRST_TICK_MS = 30_000;
const LATER_FIRST_TICK_MS = 10_000;
const DETAILS_EVERY_MS = 60_000;
const HELP_MS = 10_000;
const STALL_BASE_MS = 3_000;
const STALL_INTERVALS = 3;
const MAX_REFUSED_COLUMNS = 24;
const MAX_HELP_LENGTH = 512 * 1024;

/**
 * Reads all GPUs through ONE long-running `nvidia-smi --query-gpu=… -lms <interval>`. A process a poll would initialise the driver
 * each time. Columns are those that this driver's help lists; one that it refuses all the same is left out.
 */
export function createSmiReader(options: SmiReaderOptions): SourceReader {
  const { firstTickMs = FIRST_TICK_MS, laterFirstTickMs = LATER_FIRST_TICK_MS } = options;
  const { detailsEveryMs = DETAILS_EVERY_MS } = options;
  let hasTicked = false;
  let details: DetailsRun | null = null;
  return {
    source: "smi",
    readProcesses: () => details?.readNow(),
    start: (events) => {
      const stop = startRun(
        { ...options, firstTickMs: hasTicked ? laterFirstTickMs : firstTickMs },
        {
          onFailure: (detail) => {
            details?.stop();
            details = null;
            events.onFailure(detail);
          },
          onTick: (readings, detail) => {
            hasTicked = true;
            // Not before the first tick: what cannot even be asked for a few values need not be asked for all.
            if (detailsEveryMs === null) events.onTick(readings, detail);
            else {
              details ??= startDetails({ path: options.path, everyMs: detailsEveryMs }, events);
              events.onTick(details.addTo(readings), detail);
            }
          },
        },
      );
      return () => {
        details?.stop();
        details = null;
        stop();
      };
    },
  };
}

interface DetailsRun extends SmiDetailsReader {
  addTo: (readings: GpuReading[]) => GpuReading[];
}

function startDetails(
  options: { path: string | null; everyMs: number },
  events: Pick<ReaderEvents, "onProcesses">,
): DetailsRun {
  let state: SmiDetailsState = { gpus: [], news: "old" };
  const reader = startSmiDetailsReader({
    ...options,
    onDetails: (gpus) => {
      state = { gpus, news: "fresh" };
      events.onProcesses(withIdentities(smiProcessLists(gpus, Date.now())));
    },
    onProblem: (problem) => {
      state = { ...state, news: "failed" };
      const readAtMs = Date.now();
      const lists = smiProcessLists(state.gpus, readAtMs);
      events.onProcesses(lists.map((list) => ({ ...list, processes: [], isCut: false, problem })));
    },
  });
  return {
    ...reader,
    addTo: (readings) => {
      const added = withSmiDetails(readings, state);
      state = { ...state, news: "old" };
      return added;
    },
  };
}

/** Adds what the kernel knows of the processes, where its numbers are the driver's. */
function withIdentities(lists: GpuProcessList[]): GpuProcessList[] {
  if (!seesHostProcesses()) return lists;
  return lists.map((list) => ({
    ...list,
    processes: list.processes.map((process) => {
      const { name, ...identity } = readProcessIdentity(process.pid);
      return { ...process, ...identity, name: process.name ?? name };
    }),
  }));
}

type RunOptions = SmiReaderOptions & { firstTickMs: number };

function startRun(options: RunOptions, events: Omit<ReaderEvents, "onProcesses">): () => void {
  const refused = new Set<string>();
  let stopCurrent: () => void = () => undefined;
  let isOver = false;
  const fail = (detail: string) => {
    if (isOver) return;
    isOver = true;
    events.onFailure(detail);
  };

  const poll = (known: ReadonlySet<string> | null) => {
    if (isOver) return;
    stopCurrent = startPolling(
      { ...options, columns: chooseSmiColumns({ known, refused }) },
      {
        onTick: events.onTick,
        onEnd: ({ detail, refusedColumn }) => {
          if (refusedColumn === null || refused.size >= MAX_REFUSED_COLUMNS) {
            fail(detail);
            return;
          }
          refused.add(refusedColumn);
          poll(known);
        },
      },
    );
  };
  stopCurrent = readHelp(options.path, { onKnown: poll, onFailure: fail });
  return () => {
    isOver = true;
    stopCurrent();
  };
}

/** Reads which columns this driver knows; null when its help is of no use. Fails only when the program cannot be run. */
function readHelp(
  path: string | null,
  then: { onKnown: (known: Set<string> | null) => void; onFailure: (detail: string) => void },
): () => void {
  let text = "";
  const timer = setTimeout(() => {
    help.kill();
    then.onFailure("nvidia-smi does not answer");
  }, HELP_MS);
  const help = runSmi(
    { path, args: ["--help-query-gpu"] },
    {
      onLine: (line) => {
        if (text.length < MAX_HELP_LENGTH) text += `${line}\n`;
      },
      onEnd: ({ code, detail }) => {
        clearTimeout(timer);
        if (code === null) then.onFailure(detail);
        else {
          const known = knownSmiColumns(text);
          then.onKnown(code === 0 && known.has("index") && known.has("uuid") ? known : null);
        }
      },
    },
  );
  return () => {
    clearTimeout(timer);
    help.kill();
  };
}

interface PollingEvents {
  onTick: ReaderEvents["onTick"];
  onEnd: (end: { detail: string; refusedColumn: string | null }) => void;
}

function startPolling(
  options: RunOptions & { columns: readonly string[] },
  events: PollingEvents,
): () => void {
  const { intervalMs } = options;
  const ticks = new SmiTicks();
  let newest: GpuReading[] | null = null;
  let flushTimer: NodeJS.Timeout | undefined;
  let refusedColumn: string | null = null;

  // Ticks that waited in the pipe while this process was held up are read in one go: only the newest is from now.
  const publish = () => {
    const readings = newest;
    newest = null;
    if (readings === null) return;
    stall.touch(STALL_BASE_MS + STALL_INTERVALS * intervalMs);
    events.onTick(readings, `reads ${readings.length} GPU${readings.length === 1 ? "" : "s"}`);
  };
  const accept = (completed: GpuReading[][]) => {
    const latest = completed.at(-1);
    if (latest === undefined) return;
    if (newest === null) setImmediate(publish);
    newest = latest;
  };

  const smi = runSmi(
    {
      path: options.path,
      args: [
        `--query-gpu=${options.columns.join(",")}`,
        "--format=csv",
        "-lms",
        String(intervalMs),
      ],
    },
    {
      onLine: (line) => {
        refusedColumn ??= refusedSmiColumn(line);
        accept(ticks.push(line));
        clearTimeout(flushTimer);
        // A GPU that stops answering must not hold back the others.
        if (ticks.isPartial) flushTimer = setTimeout(() => accept(ticks.flush()), intervalMs / 2);
      },
      onEnd: ({ detail }) => {
        release();
        events.onEnd({ detail, refusedColumn });
      },
    },
  );
  const stall = startStallTimer(options.firstTickMs, () => {
    smi.kill();
    release();
    events.onEnd({ detail: "nvidia-smi stopped answering", refusedColumn: null });
  });
  const release = () => {
    newest = null;
    clearTimeout(flushTimer);
    stall.stop();
  };
  return () => {
    smi.kill();
    release();
  };
}
