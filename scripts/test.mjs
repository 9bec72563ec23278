// `npm test [-- STEP...]`: all checks and tests. Ends with the line "N passed, N failed", the sum over all runners.
import { existsSync } from "node:fs";
import path from "node:path";
import { artifacts, failedStep, finish, printStep, runStep } from "./quality/run-step.mjs";

const MINUTE_MS = 60_000;

/** The browser of the end-to-end tests: one that is there, else Debian's, else Playwright's own. */
function installBrowser() {
  const known = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/google-chrome"];
  if (known.some((file) => file && existsSync(file))) return null;
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!isRootOnDebian) return ["playwright", "install", "chromium"];
  const packages = "chromium fonts-liberation";
  return ["sh", "-c", `apt-get update && apt-get install -y --no-install-recommends ${packages}`];
}

function vitest(project, limitMs) {
  const countsFile = path.join(artifacts, `vitest-${project}.json`);
  return {
    name: project,
    command: ["vitest", "run", "--project", project],
    env: { VITEST_COUNTS: countsFile },
    countsFile,
    limitMs,
  };
}

const e2eCounts = path.join(artifacts, "playwright.json");
const browser = installBrowser();
const steps = [
  ...(browser ? [{ name: "browser", command: browser }] : []),
  {
    name: "check",
    command: [process.execPath, "scripts/check.mjs"],
    countsFile: path.join(artifacts, "check.json"),
  },
  { name: "build", command: [process.execPath, "scripts/build.mjs"] },
  vitest("database", 10 * MINUTE_MS),
  { ...vitest("server", 10 * MINUTE_MS), needs: "build" },
  { ...vitest("process", 20 * MINUTE_MS), needs: "build" },
  {
    name: "e2e",
    command: ["playwright", "test", "-c", "e2e/playwright.config.ts"],
    env: { PLAYWRIGHT_COUNTS: e2eCounts },
    countsFile: e2eCounts,
    limitMs: 20 * MINUTE_MS,
    needs: "build",
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `No step "${unknown[0]}". There are: ${steps.map((step) => step.name).join(", ")}.`,
  );
  process.exit(2);
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
process.exit(finish(done, "test.json"));
