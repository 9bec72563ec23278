import { spawn } from "node:child_process";
import { StartProblem } from "./start-problem.mjs";

const KEPT_LINES = 25;
const KEPT_CHARACTERS = 100_000;

/**
 * Runs a tool quietly in a process group of its own. A failure shows its last lines and then `sentence`; an aborted
 * signal ends the whole group.
 */
export function runTool({ command, args, cwd, env, sentence, signal }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output = (output + text).slice(-KEPT_CHARACTERS);
      });
    }
    const end = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    };
    signal?.addEventListener("abort", end, { once: true });
    process.once("exit", end);
    const settle = (code) => {
      signal?.removeEventListener("abort", end);
      process.off("exit", end);
      if (code === 0) resolve();
      else reject(new StartProblem(sentenceFor(output, sentence), lastLines(output)));
    };
    child.once("error", (error) => {
      output += error.message;
      settle(1);
    });
    child.once("close", settle);
  });
}

function sentenceFor(output, sentence) {
  const full = /ENOSPC|No space left on device|EFBIG|File too large/i.test(output);
  return full ? "The disk is full: free space, then try again." : sentence;
}

/** What a tool said last, without the frames of stack traces. */
function lastLines(output) {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return lines.slice(-KEPT_LINES).join("\n");
}
