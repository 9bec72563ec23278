import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printFigures } from "@/e2e/faults/print-figures";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { tormentFigures, tormentProcedure } from "@/fixtures/fuzz/torment-procedure";
import { seededRandom } from "@/fixtures/seeded-random";
import { testFeatures } from "@/fixtures/test-features";
import { listProcedures } from "./rest-api/list-procedures";
import { appRouter } from "./trpc/root";

// Inputs that nobody thought of, against every procedure of the running router, over stores that answer nothing. The seed is the same
// each time, so that a landing does not hang on luck; FAULT_SEED takes another and CASES makes it longer.

const CASES = Number(process.env.CASES) || 10_000;
const SEED = Number(process.env.FAULT_SEED) || 24_112_026;
/** Ten times what a call may take. */
const HANG_MS = 2_500;
const procedures = listProcedures(appRouter);
const prototype = Object.getOwnPropertyNames(Object.prototype).sort();
let parts: ReturnType<typeof testFeatures>;

beforeAll(() => {
  parts = testFeatures();
  parts.gpu.acceptSamples(
    gpuSampleSeries({ gpus: 2, count: 3, fromMs: Date.now() - 3_000, everyMs: 1_000 }),
  );
});
afterAll(async () => {
  await parts.stop();
  printFigures("Z1", { procedures: procedures.length, "cases each": CASES, seed: SEED });
});

describe("no input brings a procedure to an error that is not declared", () => {
  test.each(procedures.map((procedure) => [procedure.path, procedure] as const))(
    "%s",
    async (path, procedure) => {
      const random = seededRandom(SEED);
      const torment = await tormentProcedure(procedure, {
        cases: CASES,
        random,
        features: parts.features,
        knownTexts: ["GPU-0", "GPU-1"],
      });
      printFigures(path, tormentFigures(torment));
      expect(torment.faults).toEqual([]);
      expect(torment.slowestMs).toBeLessThan(HANG_MS);
      // Inputs that never pass the schema would prove nothing of the verb.
      expect(torment.accepted).toBeGreaterThan(CASES / 20);
      expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototype);
    },
  );
});
