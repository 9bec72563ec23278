import { spawn, type ChildProcess } from "node:child_process";
import { LineSplitter } from "./line-splitter";
import { describeSmiEnd } from "./smi-failure";

export interface SmiCommand {
  /** NVIDIA_SMI_PATH; null = nvidia-smi on PATH. */
  path: string | null;
  args: readonly string[];
}

export interface SmiRun {
  onLine: (line: string) => void;
  /** The clause says why it ended. Comes once, and not after `kill`. */
  onEnd: (end: { code: number | null; detail: string }) => void;
}

const MAX_KEPT_LINES = 8;

/** Runs nvidia-smi and hands its lines on. `kill` ends it with SIGKILL: a hung driver call heeds nothing else. */
export function runSmi(command: SmiCommand, run: SmiRun): { kill: () => void } {
  let isOver = false;
  const kept: string[] = [];
  const isNamedPath = command.path !== null;
  const end = (code: number | null, why: { signal?: string | null; startError?: string }) => {
    if (isOver) return;
    isOver = true;
    const detail = describeSmiEnd({
      code,
      signal: why.signal ?? null,
      startError: why.startError ?? null,
      lines: kept,
      isNamedPath,
    });
    run.onEnd({ code, detail });
  };

  const child = start(command);
  if (child instanceof Error) {
    setImmediate(end, null, { startError: codeOf(child) });
    return { kill: () => (isOver = true) };
  }
  const streams = [child.stdout, child.stderr];
  for (const stream of streams) {
    const splitter = new LineSplitter();
    stream?.setEncoding("utf8");
    stream?.on("data", (text: string) => {
      for (const line of splitter.push(text)) {
        if (isOver) return;
        kept.push(line.slice(0, 500));
        if (kept.length > MAX_KEPT_LINES) kept.shift();
        if (stream === child.stdout) run.onLine(line);
      }
    });
  }
  child.on("error", (error) => {
    end(null, { startError: codeOf(error) });
  });
  // `close`, not `exit`: the last lines say why it ended, and they are read by then.
  child.on("close", (code, signal) => {
    end(code, { signal });
  });

  return {
    kill: () => {
      isOver = true;
      child.kill("SIGKILL");
      for (const stream of streams) stream?.destroy();
    },
  };
}

/** A path with a NUL throws at once; most other failures come as an event, then possibly without pipes. */
function start({ path, args }: SmiCommand): ChildProcess | Error {
  try {
    return spawn(path ?? "nvidia-smi", args, { stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return error instanceof Error ? error : new Error("nvidia-smi could not be started");
  }
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
