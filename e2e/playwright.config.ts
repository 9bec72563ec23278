import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const installed = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((file) => existsSync(file));
const executablePath = process.env.CHROMIUM_PATH ?? installed; // none: Playwright's own

// No webServer here: e2e/fixtures starts the product itself, because some stories stop it, kill it or set it up otherwise.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results",
  workers: 1, // one product and one browser fill two cores
  retries: 1, // one that passes only then is named at the end of the run
  timeout: 180_000, // never a verdict: only the end of what hangs, also on a busy machine
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"], ["./fixtures/counts-reporter.ts"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    timezoneId: "Europe/Berlin",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      chromiumSandbox: process.getuid?.() !== 0, // as root Chromium refuses to start with its sandbox
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    },
  },
  projects: [{ name: "chromium" }],
});
