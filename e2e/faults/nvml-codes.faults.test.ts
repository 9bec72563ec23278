import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { neededSymbols, nvmlSignatures } from "@/collector/nvml/nvml-symbols";
import { buildNvmlStub, canBuildNvmlStub, type NvmlStub } from "@/fixtures/nvml/build-stub";
import { tormentSession } from "@/fixtures/nvml/torment-session";

// N1. The library is a stub: no driver or GPU is behind it. NVML_SEED repeats a run.

const POLLS = 100_000;

describe.skipIf(!canBuildNvmlStub())("N1", () => {
  const stubs: NvmlStub[] = [];
  beforeAll(() => {
    const optional = Object.keys(nvmlSignatures).filter(
      (name) => !neededSymbols.some((needed) => needed === name),
    );
    // One with everything, and drivers without every second, third and fifth function.
    stubs.push(buildNvmlStub());
    for (const [step, first] of [2, 3, 5].entries())
      stubs.push(
        buildNvmlStub({ without: optional.filter((_, at) => at % first === step % first) }),
      );
  });
  afterAll(() => {
    for (const stub of stubs) stub.remove();
  });

  test(`${POLLS} polls over all codes and functions: no crash, a bad value is null with its reason`, async () => {
    const seed = Number(process.env.NVML_SEED ?? Date.now() % 2 ** 31);
    const libraries = stubs.map(({ library }) => library);
    const report = await tormentSession({ libraries, polls: POLLS, seed });
    process.stdout.write(`N1, seed ${seed}: ${JSON.stringify(report)}\n`);
    expect(report.violations, `NVML_SEED=${seed}`).toEqual([]);
    expect(report.polls).toBe(POLLS);
    expect(report.nulls.unknown_to_driver).toBeGreaterThan(0);
  });
});
