import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Reporter, TestModule } from "vitest/node";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Where, which test, and why: a skip without a reason says so. */
  skips: string[];
  /** Where and which test, with the first line of its error. */
  failures: string[];
  /** Which tests passed only when they were tried again, with what went wrong the first time. */
  unstable: string[];
}

function messageOf(error: unknown): string {
  const message: unknown = typeof error === "object" && error && Reflect.get(error, "message");
  return typeof message === "string" ? message : "";
}

function firstLine(error: unknown): string {
  const [line = ""] = messageOf(error).split("\n", 1);
  return line.slice(0, 300) || "an error without a message";
}

/** On one line, as what a process said before it failed is often in the lines below the first. */
function wholeText(error: unknown): string {
  const text = messageOf(error)
    .trim()
    .replaceAll(/\s*\n\s*/g, " | ");
  return text.slice(0, 600) || "an error without a message";
}

/** A module that fails outside its tests (it does not load, a hook throws) counts as one failure. */
function countModule(module: TestModule, counts: Counts): void {
  let failed = 0;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === "passed") {
      counts.passed += 1;
      if (test.diagnostic()?.flaky)
        counts.unstable.push(
          `${module.relativeModuleId}: ${test.fullName}: ${wholeText(result.errors?.[0])}`,
        );
    } else if (result.state === "skipped") {
      counts.skipped += 1;
      const reason = result.note ?? "no reason given";
      counts.skips.push(`${module.relativeModuleId}: ${test.fullName}: ${reason}`);
    } else {
      failed += 1; // failed, or still pending when the run was stopped
      const why = result.errors ? wholeText(result.errors[0]) : "it did not end";
      counts.failures.push(`${module.relativeModuleId}: ${test.fullName}: ${why}`);
    }
  }
  if (module.state() === "failed" && failed === 0)
    counts.failures.push(`${module.relativeModuleId}: ${firstLine(module.errors()[0])}`);
  counts.failed += module.state() === "failed" ? Math.max(failed, 1) : failed;
}

/**
 * Ends Vitest's output with a line that a reader of logs can count, says why each skipped test was skipped
 * and which failed, and writes the counts as JSON to the file that VITEST_COUNTS names.
 */
export default class VitestSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Counts = {
      passed: 0,
      failed: errors.length,
      skipped: 0,
      skips: [],
      unstable: [],
      failures: errors.map((error) => `outside of all tests: ${firstLine(error)}`),
    };
    for (const module of modules) countModule(module, counts);
    for (const skip of counts.skips) process.stdout.write(`skipped: ${skip}\n`);
    for (const one of counts.unstable)
      process.stdout.write(`passed only when tried again: ${one}\n`);
    for (const failure of counts.failures) process.stdout.write(`failed: ${failure}\n`);
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    );
    const file = process.env.VITEST_COUNTS;
    if (!file) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
  }
}
