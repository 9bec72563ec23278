// One step of `npm run check` or `npm test`: a command, its time, and how many things in it passed and failed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
export const artifacts = path.join(root, "artifacts");

const running = new Set();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    for (const child of running) stopGroup(child, "SIGTERM");
    process.exit(130);
  });

/** Each step has a process group of its own, so that nothing that it started outlives it. */
function stopGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Runs a command; its output is kept (`stream: false`) or shown as it comes. Ends it after `limitMs`. */
function runCommand({ command, env, stream, limitMs }) {
  return new Promise((resolve) => {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: stream ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child);
    let output = "";
    let late = false;
    for (const pipe of [child.stdout, child.stderr]) pipe?.on("data", (text) => (output += text));
    const timer = setTimeout(() => {
      late = true;
      stopGroup(child, "SIGTERM");
      setTimeout(() => stopGroup(child, "SIGKILL"), 10_000).unref();
    }, limitMs);
    const end = (code) => {
      clearTimeout(timer);
      running.delete(child);
      stopGroup(child, "SIGKILL"); // what a failed runner left behind
      const note = late ? `stopped after ${Math.round(limitMs / 1000)} s\n` : "";
      resolve({ code: late ? 124 : code, output: output + note });
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

/** What a runner says that it ran. A runner that says nothing, or that ran nothing, has failed. */
function readCounts(file, code) {
  const nothing = { passed: 0, failed: 1, skips: [], failures: [], unstable: [] };
  if (!existsSync(file)) return { ...nothing, note: "it wrote no counts" };
  const read = JSON.parse(readFileSync(file, "utf8"));
  const { passed, failed, skips = [], failures = [], unstable = [] } = read;
  if (passed + failed === 0) return { ...nothing, skips, note: "it ran no test" };
  const counts = { passed, failed, skips, failures, unstable };
  if (code !== 0 && failed === 0)
    return { ...counts, failed: 1, note: `it ended with code ${code}` };
  return { ...counts, note: "" };
}

/**
 * @param {{ name: string, command: string[], env?: object, countsFile?: string, stream?: boolean, limitMs?: number }} step
 *   countsFile: where the runner writes `{ passed, failed, skips, failures }`; a step without it counts as one thing.
 */
export async function runStep({ name, command, env = {}, countsFile, stream = false, ...rest }) {
  if (countsFile) rmSync(countsFile, { force: true });
  const startedMs = performance.now();
  const { code, output } = await runCommand({
    command,
    env,
    stream,
    limitMs: rest.limitMs ?? 600_000,
  });
  const counts = countsFile
    ? readCounts(countsFile, code)
    : { ...unnamed, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  return { name, output, durationMs: performance.now() - startedMs, ...counts };
}

/** Of a step that names none of its things. */
const unnamed = { skips: [], failures: [], unstable: [], note: "" };

/** A step that could not run, because one that it needs has failed. */
export function failedStep(name, note) {
  return { ...unnamed, name, output: "", durationMs: 0, passed: 0, failed: 1, note };
}

export function printStep(step) {
  const state = step.failed === 0 ? "ok    " : "FAILED";
  const seconds = (step.durationMs / 1000).toFixed(1).padStart(6);
  const count =
    step.passed + step.failed > 1 ? `  ${step.passed} passed, ${step.failed} failed` : "";
  const note = step.note ? `  (${step.note})` : "";
  console.log(`${state} ${seconds} s  ${step.name}${count}${note}`);
  if (step.failed > 0 && step.output) console.log(`${step.output.trimEnd()}\n`);
}

/** What failed by name: of each step what its runner names, else the step itself. */
function failuresOf(steps) {
  const nameless = ({ name, note }) => [note ? `${name}: ${note}` : name];
  const failed = steps.filter((step) => step.failed > 0);
  return failed.flatMap((step) =>
    step.failures.length > 0
      ? step.failures.map((failure) => `${step.name}: ${failure}`)
      : nameless(step),
  );
}

/** Prints skips, failures and the sum over all steps, keeps them in artifacts/, and returns the exit code. */
export function finish(steps, file) {
  const passed = steps.reduce((sum, step) => sum + step.passed, 0);
  const failed = steps.reduce((sum, step) => sum + step.failed, 0);
  const skips = steps.flatMap((step) => step.skips);
  const failures = failuresOf(steps);
  const unstable = steps.flatMap((step) => step.unstable.map((one) => `${step.name}: ${one}`));
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(
    path.join(artifacts, file),
    `${JSON.stringify({ passed, failed, skips, failures, unstable }, null, 2)}\n`,
  );
  for (const skip of skips) console.log(`skipped: ${skip}`);
  for (const one of unstable) console.log(`passed only when tried again: ${one}`);
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
