import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "sightline-step-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one step in a Node of its own: it is plain JavaScript, which starts before anything is compiled. */
function runStep(step: { command: string[]; countsFile?: string; limitMs?: number }) {
  const source = `
    import { runStep } from ${JSON.stringify(path.join(import.meta.dirname, "run-step.mjs"))};
    const { passed, failed, note, output, failures } = await runStep({ name: "step", ...${JSON.stringify(step)} });
    console.log(JSON.stringify({ passed, failed, note, output, failures }));`;
  const answer = execFileSync(process.execPath, ["--input-type=module", "-e", source], {
    encoding: "utf8",
  });
  return JSON.parse(answer) as Record<string, unknown>;
}

const countsFile = path.join(folder, "counts.json");
const writesCounts = (counts: object, code = 0) => [
  process.execPath,
  "-e",
  `fs.writeFileSync(${JSON.stringify(countsFile)}, ${JSON.stringify(JSON.stringify(counts))}); process.exit(${code})`,
];

describe("a step without counts is one thing", () => {
  test("that passed with code 0", () => {
    expect(runStep({ command: [process.execPath, "-e", "0"] })).toMatchObject({
      passed: 1,
      failed: 0,
    });
  });
  test("that failed with another code, and its output is kept", () => {
    const command = [process.execPath, "-e", "console.log('because'); process.exit(3)"];
    expect(runStep({ command })).toMatchObject({ passed: 0, failed: 1, output: "because\n" });
  });
  test("that failed when the program does not exist", () => {
    expect(runStep({ command: ["no-such-program-here"] })).toMatchObject({ passed: 0, failed: 1 });
  });
  test("that failed when it runs over its limit", () => {
    const command = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
    expect(runStep({ command, limitMs: 300 })).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe("a runner with counts", () => {
  test("gives its own numbers", () => {
    const counts = { passed: 12, failed: 2, failures: ["one: why", "another: why"] };
    expect(runStep({ command: writesCounts(counts, 1), countsFile })).toMatchObject(counts);
  });
  test("that ran no test has failed", () => {
    const command = writesCounts({ passed: 0, failed: 0 });
    expect(runStep({ command, countsFile })).toMatchObject({ failed: 1, note: "it ran no test" });
  });
  test("that wrote nothing has failed, whatever an earlier run wrote", () => {
    runStep({ command: writesCounts({ passed: 5, failed: 0 }), countsFile });
    const silent = { command: [process.execPath, "-e", "0"], countsFile };
    expect(runStep(silent)).toMatchObject({ passed: 0, failed: 1, note: "it wrote no counts" });
  });
  test("that ends with an error after its tests passed has failed", () => {
    const command = writesCounts({ passed: 5, failed: 0 }, 1);
    expect(runStep({ command, countsFile })).toMatchObject({ passed: 5, failed: 1 });
  });
});
