import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const built = ["**/node_modules/**", "dist/**", ".next/**", ".data/**", "artifacts/**"];

/**
 * A whole product, its database and a terminal on a busy machine: what a scheduler does to them once in a hundred runs is tried again,
 * and named at the end of the run, so that it is seen and looked at.
 */
const RETRIES_OF_WHOLE_PRODUCTS = 1;

// Several projects, because they need different things: `unit` nothing, `database` a Postgres, `server` and `process` a
// build, `faults` both and minutes.
export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  test: {
    reporters: ["default", "./scripts/quality/vitest-summary-reporter.ts"],
    // Two cores are the smallest machine that this runs on; more workers only take turns.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "{domain,server,client,collector,components,app,scripts,fixtures,bench}/**/*.test.{ts,tsx}",
          ],
          exclude: [...built, "**/*.{db,server,process}.test.ts", "**/*.test.tsx"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "components",
          include: ["{components,app}/**/*.test.tsx"],
          exclude: built,
          environment: "jsdom",
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "database",
          include: ["{server,collector,scripts,prisma}/**/*.db.test.ts"],
          exclude: built,
          globalSetup: ["./fixtures/start-test-postgres.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "server",
          include: ["{server,scripts}/**/*.server.test.ts"],
          exclude: built,
          retry: RETRIES_OF_WHOLE_PRODUCTS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "process",
          include: ["e2e/process/**/*.process.test.ts"],
          exclude: built,
          // These start and kill whole products: one at a time, or they would measure each other.
          maxWorkers: 1,
          fileParallelism: false,
          retry: RETRIES_OF_WHOLE_PRODUCTS,
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: ["e2e/faults/**/*.faults.test.ts"],
          exclude: built,
          globalSetup: ["./fixtures/start-test-postgres.ts"],
          maxWorkers: 1,
          fileParallelism: false,
          retry: RETRIES_OF_WHOLE_PRODUCTS,
          testTimeout: 600_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
