// What `npm test` and `npm run test:faults` have in common: their steps one after the other, and the sum last.
import path from "node:path";
import { artifacts, failedStep, finish, printStep, runStep } from "./run-step.mjs";

export const MINUTE_MS = 60_000;

/** One project of vitest.config.ts as a step. */
export function vitestStep(project, limitMs) {
  const countsFile = path.join(artifacts, `vitest-${project}.json`);
  return {
    name: project,
    command: ["vitest", "run", "--project", project],
    env: { VITEST_COUNTS: countsFile },
    countsFile,
    limitMs,
  };
}

/** Runs the steps of these names (none = all) and answers the exit code; a step whose `needs` failed counts as failed. */
export async function runSteps({ steps, wanted, file }) {
  const unknown = wanted.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    console.error(`No step "${unknown}". There are: ${steps.map(({ name }) => name).join(", ")}.`);
    return 2;
  }
  const done = [];
  for (const step of steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n== ${step.name}`);
    const isBlocked = done.some(({ name, failed }) => name === step.needs && failed > 0);
    const result = isBlocked
      ? failedStep(step.name, `not run: the step "${step.needs}" failed`)
      : await runStep({
          ...step,
          env: { NEXT_TELEMETRY_DISABLED: "1", ...step.env },
          stream: true,
        });
    done.push(result);
  }
  console.log("\n== result");
  for (const step of done) printStep(step);
  return finish(done, file);
}
