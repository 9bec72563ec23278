import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import type { SystemAccount } from "./system-account";

const MAX_OUTPUT = 4_000;
const LAST_WORDS_MS = 200;

export interface PostgresProgram {
  child: ChildProcessByStdio<null, null, Readable>;
  /** The last words on stderr: whole lines, at most 4,000 characters. */
  output: () => string;
  /** Resolves with the exit code when it has ended; null after a signal or when it could not be started. */
  ended: Promise<number | null>;
}

/** Runs initdb or postgres as the system account, in C locale, without anything of the portal's environment. */
export function spawnPostgresProgram(options: {
  program: string;
  args: readonly string[];
  account: SystemAccount | null;
  /** What ends it at once, should this process end first: to PostgreSQL SIGQUIT, while initdb heeds nothing but SIGKILL. */
  exitSignal: "SIGQUIT" | "SIGKILL";
}): PostgresProgram {
  const child = spawn(options.program, options.args, {
    ...(options.account ?? {}),
    cwd: "/",
    env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true, // Ctrl-C in a terminal reaches the portal alone, which stops the database last
  });
  endWithThisProcess(child, options.exitSignal);
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output = lastPart(output + text);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve(null);
    });
    // Sessions of a killed server hold its stderr open for a while: the end itself counts, not that of the pipe.
    child.once("exit", (code) => {
      const end = () => {
        resolve(code);
      };
      child.once("close", end);
      setTimeout(end, LAST_WORDS_MS).unref();
    });
  });
  return { child, output: () => output, ended };
}

/** However this process ends (but for kill -9), and however early: neither the program nor what it started stays behind. */
function endWithThisProcess(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  const end = () => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has just ended by itself.
    }
  };
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

/** The end of a text, in whole lines. */
function lastPart(text: string): string {
  if (text.length <= MAX_OUTPUT) return text;
  const part = text.slice(-MAX_OUTPUT);
  return part.slice(part.indexOf("\n") + 1);
}
