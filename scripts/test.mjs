// `npm test [-- STEP...]`: all checks and tests but those with faults. Ends with the line "N passed, N failed", the sum
// over all runners.
import { existsSync } from "node:fs";
import path from "node:path";
import { artifacts } from "./quality/run-step.mjs";
import { MINUTE_MS, runSteps, vitestStep } from "./quality/run-steps.mjs";

/** The browser of the end-to-end tests: one that is there, else Debian's, else Playwright's own. */
function installBrowser() {
  const known = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/google-chrome"];
  if (known.some((file) => file && existsSync(file))) return null;
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!isRootOnDebian) return ["playwright", "install", "chromium"];
  const packages = "chromium fonts-liberation";
  return ["sh", "-c", `apt-get update && apt-get install -y --no-install-recommends ${packages}`];
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
  vitestStep("database", 10 * MINUTE_MS),
  { ...vitestStep("server", 10 * MINUTE_MS), needs: "build" },
  { ...vitestStep("process", 20 * MINUTE_MS), needs: "build" },
  {
    name: "e2e",
    command: ["playwright", "test", "-c", "e2e/playwright.config.ts"],
    env: { PLAYWRIGHT_COUNTS: e2eCounts },
    countsFile: e2eCounts,
    limitMs: 20 * MINUTE_MS,
    needs: "build",
  },
];
process.exit(await runSteps({ steps, wanted: process.argv.slice(2), file: "test.json" }));
