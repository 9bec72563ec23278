import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { printFigures } from "@/e2e/faults/print-figures";
import { useAccountDatabase } from "@/fixtures/account-database";
import { tormentFigures, tormentProcedure } from "@/fixtures/fuzz/torment-procedure";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { seededRandom } from "@/fixtures/seeded-random";
import { storedFeatures, storeObjects, type StoredObjects } from "@/fixtures/stored-objects";
import { listProcedures } from "./rest-api/list-procedures";
import { appRouter } from "./trpc/root";

// The inputs of fuzz-procedures.test.ts, fewer of them, through real stores: what a schema takes and PostgreSQL does not shows here.

const CASES = Number(process.env.CASES) || 200;
const SEED = Number(process.env.FAULT_SEED) || 24_112_026;
const HANG_MS = 10_000;
const procedures = listProcedures(appRouter);
const accounts = useAccountDatabase();
let parts: ReturnType<typeof storedFeatures>;
let stored: StoredObjects;

beforeAll(async () => {
  parts = storedFeatures(accounts);
  await parts.gpu.storeSamples(
    gpuSampleSeries({ gpus: 2, count: 5, fromMs: Date.now() - 5_000, everyMs: 1_000 }),
  );
});
beforeEach(async () => {
  stored = await storeObjects(accounts);
});
afterAll(async () => {
  await parts.stop();
  printFigures("Z1 through the database", {
    procedures: procedures.length,
    "cases each": CASES,
    seed: SEED,
  });
});

describe("no input brings a procedure to an error that is not declared", () => {
  test.each(procedures.map((procedure) => [procedure.path, procedure] as const))(
    "%s",
    async (path, procedure) => {
      const { own, others, othersEmail } = stored;
      const isPerson = procedure.policy !== "public" && procedure.policy !== "ingest";
      const torment = await tormentProcedure(procedure, {
        cases: CASES,
        random: seededRandom(SEED),
        features: { ...parts.features, identity: accounts.identity },
        knownTexts: [...Object.values(others), own.session, othersEmail, "GPU-0"],
        isAllThere: true,
        ...(isPerson && { actor: { id: own.user, sessionId: own.session } }),
      });
      printFigures(path, tormentFigures(torment));
      expect(torment.faults).toEqual([]);
      expect(torment.slowestMs).toBeLessThan(HANG_MS);
      expect(torment.accepted).toBeGreaterThan(CASES / 20);
    },
  );
});
