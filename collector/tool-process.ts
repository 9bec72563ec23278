import { spawn, type ChildProcess } from "node:child_process";
import { LineSplitter } from "./line-splitter";

export interface ToolCommand {
  /** A path, or a name that is looked for on PATH. */
  program: string;
  args: readonly string[];
}

export interface ToolEnd {
  code: number | null;
  signal: string | null;
  /** Code of the error that kept it from starting: ENOENT, EACCES. */
  startError: string | null;
  /** The last lines that it printed. */
  lines: readonly string[];
}

export interface ToolRun {
  onLine: (line: string) => void;
  /** Comes once, and not after `kill`. */
  onEnd: (end: ToolEnd) => void;
}

const MAX_KEPT_LINES = 8;

/** Runs a program and hands the lines of its output on. `kill` ends it with SIGKILL: a hung driver call heeds nothing else. */
export function runTool(command: ToolCommand, run: ToolRun): { kill: () => void } {
  let isOver = false;
  const kept: string[] = [];
  const end = (why: Partial<Pick<ToolEnd, "code" | "signal" | "startError">>) => {
    if (isOver) return;
    isOver = true;
    run.onEnd({ code: null, signal: null, startError: null, ...why, lines: kept });
  };

  const child = start(command);
  if (child instanceof Error) {
    setImmediate(end, { startError: codeOf(child) });
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
    if (stream === child.stdout) {
      stream?.on("end", () => {
        const rest = splitter.end();
        if (rest !== null && !isOver) run.onLine(rest);
      });
    }
  }
  child.on("error", (error) => {
    end({ startError: codeOf(error) });
  });
  // `close`, not `exit`: the last lines say why it ended, and they are read by then.
  child.on("close", (code, signal) => {
    end({ code, signal });
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
function start({ program, args }: ToolCommand): ChildProcess | Error {
  try {
    return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    return error instanceof Error ? error : new Error("could not be started");
  }
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

const MAX_TEXT_LENGTH = 32 * 1024 * 1024;

/**
 * Runs a program to its end and answers all that it printed. Killed after `limitMs`, or when it prints more than 32 MiB; then
 * `end.code` is null. Answers what kills it at once.
 */
export function readToolText(
  command: ToolCommand & { limitMs: number },
  onEnd: (end: ToolEnd & { text: string; isTooLate: boolean }) => void,
): () => void {
  const lines: string[] = [];
  let length = 0;
  const giveUp = (isTooLate: boolean) => {
    clearTimeout(timer);
    tool.kill();
    onEnd({ code: null, signal: "SIGKILL", startError: null, lines: [], text: "", isTooLate });
  };
  const timer = setTimeout(() => giveUp(true), command.limitMs);
  const tool = runTool(command, {
    onLine: (line) => {
      lines.push(line);
      length += line.length + 1;
      if (length > MAX_TEXT_LENGTH) giveUp(false);
    },
    onEnd: (end) => {
      clearTimeout(timer);
      onEnd({ ...end, text: lines.join("\n"), isTooLate: false });
    },
  });
  return () => {
    clearTimeout(timer);
    tool.kill();
  };
}
