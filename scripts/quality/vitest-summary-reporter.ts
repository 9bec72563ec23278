import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Reporter, TestModule } from "vitest/node";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Where, which test, and why: a skip without a reason says so. */
  skips: string[];
}

/** A module that fails outside its tests (it does not load, a hook throws) counts as one failure. */
function countModule(module: TestModule, counts: Counts): void {
  let failed = 0;
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === "passed") counts.passed += 1;
    else if (result.state === "skipped") {
      counts.skipped += 1;
      const reason = result.note ?? "no reason given";
      counts.skips.push(`${module.relativeModuleId}: ${test.fullName}: ${reason}`);
    } else failed += 1; // failed, or still pending when the run was stopped
  }
  counts.failed += module.state() === "failed" ? Math.max(failed, 1) : failed;
}

/**
 * Ends Vitest's output with a line that a reader of logs can count, says why each skipped test was skipped,
 * and writes the counts as JSON to the file that VITEST_COUNTS names.
 */
export default class VitestSummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: errors.length, skipped: 0, skips: [] };
    for (const module of modules) countModule(module, counts);
    for (const skip of counts.skips) process.stdout.write(`skipped: ${skip}\n`);
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    );
    const file = process.env.VITEST_COUNTS;
    if (!file) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(counts, null, 2)}\n`);
  }
}
