import type { SmiGpuDetails } from "@/domain/gpu/smi-details";
import { readSmiDetails } from "@/domain/gpu/smi-details";
import { parseSmiList } from "@/domain/gpu/smi-list";
import { readSmiText } from "./smi-process";

export interface SmiDetailsReaderOptions {
  /** NVIDIA_SMI_PATH; null = nvidia-smi on PATH. */
  path: string | null;
  /** Pause between the end of one reading and the next. */
  everyMs: number;
  onDetails: (gpus: SmiGpuDetails[]) => void;
  /** One reading failed; one clause says why. The next comes in its turn. */
  onProblem: (detail: string) => void;
}

export interface SmiDetailsReader {
  /** Reads at once, or again as soon as the reading that goes on has ended. */
  readNow: () => void;
  stop: () => void;
}

const LIMIT_MS = 60_000;
const SHORTEST_PAUSE_MS = 2_000;

/**
 * Reads `nvidia-smi -q -x` now and then. It asks the driver for everything, which takes seconds on a server with many GPUs: never
 * with each tick, never two at once, and apart from the process that reads the ticks.
 */
export function startSmiDetailsReader(options: SmiDetailsReaderOptions): SmiDetailsReader {
  let timer: NodeJS.Timeout | undefined;
  let kill: (() => void) | null = null;
  let isWanted = false;
  let isStopped = false;

  const next = () => {
    kill = null;
    const pauseMs = isWanted ? SHORTEST_PAUSE_MS : options.everyMs;
    isWanted = false;
    if (!isStopped) timer = setTimeout(read, pauseMs);
  };
  const fail = (detail: string) => {
    options.onProblem(detail);
    next();
  };
  const run = (args: readonly string[], onText: (text: string) => void) => {
    kill = readSmiText(
      { path: options.path, args, limitMs: LIMIT_MS },
      { onText, onFailure: fail },
    );
  };
  const read = () => {
    clearTimeout(timer);
    run(["-q", "-x"], (xml) => {
      const gpus = readSmiDetails(xml, []);
      if (gpus === null) fail("nvidia-smi -q -x printed no XML of the known form");
      else if (gpus.every(({ instances }) => instances.length === 0)) publish(gpus);
      // Instances have their names in another list only.
      else run(["-L"], (list) => publish(readSmiDetails(xml, parseSmiList(list)) ?? gpus));
    });
  };
  const publish = (gpus: SmiGpuDetails[]) => {
    options.onDetails(gpus);
    next();
  };

  timer = setTimeout(read, 0);
  return {
    readNow: () => {
      if (kill === null) read();
      else isWanted = true;
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      kill?.();
    },
  };
}
