import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import type { SystemAccount } from "./system-account";

const MAX_OUTPUT = 4_000;
const LAST_WORDS_MS = 200;

export interface PostgresProgram {
  child: ChildProcessByStdio<null, null, Readable>;
  /** The last words on stderr, at most 4,000 characters. */
  output: () => string;
  /** Resolves with the exit code when it has ended; null after a signal or when it could not be started. */
  ended: Promise<number | null>;
}

/** Runs initdb or postgres as the system account, in C locale, without anything of the portal's environment. */
export function spawnPostgresProgram(options: {
  program: string;
  args: readonly string[];
  account: SystemAccount | null;
}): PostgresProgram {
  const child = spawn(options.program, options.args, {
    ...(options.account ?? {}),
    cwd: "/",
    env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true, // Ctrl-C in a terminal reaches the portal alone, which stops the database last
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT);
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
