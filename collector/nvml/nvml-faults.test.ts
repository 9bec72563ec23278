import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildNvmlStub, canBuildNvmlStub, type NvmlStub } from "@/fixtures/nvml/build-stub";
import { tormentSession } from "@/fixtures/nvml/torment-session";
import type { NvmlLibrary } from "./nvml-library";

// N1 at a length for every day; e2e/faults/nvml-codes.faults.test.ts polls 100,000 times.

describe.skipIf(!canBuildNvmlStub())("N1: any code from any function, absurd values", () => {
  let stub: NvmlStub;
  beforeAll(() => (stub = buildNvmlStub()));
  afterAll(() => stub.remove());

  test("2,000 polls: no crash, and nothing that cannot be", async () => {
    const seed = Date.now() % 2 ** 31;
    const report = await tormentSession({ libraries: [stub.library], polls: 2_000, seed });
    expect(report.violations, `seed ${seed}`).toEqual([]);
    expect(report.samples, `seed ${seed}`).toBeGreaterThan(500);
    expect(Object.keys(report.nulls), `seed ${seed}`).toEqual(
      expect.arrayContaining(["not_supported", "read_error", "impossible_value", "not_sampled"]),
    );
  });

  test("the same seed is the same run", async () => {
    const run = () => tormentSession({ libraries: [stub.library], polls: 300, seed: 1 });
    expect(await run()).toEqual(await run());
  });

  test("the check sees a value where the call failed", async () => {
    // As if the code were not looked at.
    const alter = ({ functions }: NvmlLibrary): NvmlLibrary => {
      const power = functions.nvmlDeviceGetPowerUsage!;
      const lying = Object.assign(
        (...values: Parameters<typeof power>) => {
          power(...values);
          return 0;
        },
        { async: power.async },
      );
      return { functions: { ...functions, nvmlDeviceGetPowerUsage: lying } };
    };
    const report = await tormentSession({
      ...{ libraries: [stub.library], polls: 500, seed: 1 },
      alter,
    });
    expect(report.violations[0]).toMatch(/nvmlDeviceGetPowerUsage gave \d+, and powerWatts is/);
  });
});
