// `npm run check`: everything that needs neither a database nor a build. What the pre-push hook runs.
import path from "node:path";
import { artifacts, finish, printStep, runStep } from "./quality/run-step.mjs";

const countsFile = path.join(artifacts, "check-unit.json");
const importers = [
  "app",
  "bench",
  "client",
  "collector",
  "components",
  "domain",
  "e2e",
  "fixtures",
  "scripts",
  "server",
];

// The longest first; two run at a time. Next writes the types of its routes before TypeScript reads them.
const steps = [
  { name: "lint", command: ["eslint", ".", "--max-warnings", "0"] },
  {
    name: "unit tests",
    command: ["vitest", "run", "--project", "unit", "--project", "components"],
    env: { VITEST_COUNTS: countsFile },
    countsFile,
  },
  { name: "types", command: ["sh", "-c", "next typegen && tsc --noEmit"] },
  { name: "format", command: ["prettier", "--check", "--log-level", "warn", "."] },
  { name: "import rules", command: ["depcruise", ...importers] },
  { name: "dead code", command: ["knip"] },
];

const done = [];
const waiting = [...steps];
async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const result = await runStep({
      ...step,
      env: { NEXT_TELEMETRY_DISABLED: "1", ...step.env },
      limitMs: 600_000,
    });
    printStep(result);
    done.push(result);
  }
}
await Promise.all([work(), work()]);
process.exit(finish(done, "check.json"));
