import { checkChain, type CheckedChain, createAuditReadStore } from "./audit";
import { databaseProblem, openDatabase } from "./database";
import { createPrisma } from "./db";
import { AppError } from "./errors";

export interface VerifiedAudit {
  isIntact: boolean;
  /** For the terminal, without a line end. */
  text: string;
}

/**
 * Checks the whole audit for `npm run audit:verify`, beside a running portal or without one. `expectedHash` (hex) is of a head that
 * was written down elsewhere. Rejects with AppError when nothing can be checked.
 */
export async function verifyAudit(options: {
  databaseUrl: string | null;
  dataDir: string;
  expectedHash: string | null;
  signal: AbortSignal;
}): Promise<VerifiedAudit> {
  const { expectedHash, signal } = options;
  const database = await openDatabase(options);
  const prisma = createPrisma(database.url);
  try {
    const store = createAuditReadStore(prisma);
    return answerOf(await checkChain(store, { expectedHash, signal }), expectedHash);
  } catch (error) {
    signal.throwIfAborted();
    throw problemOf(error);
  } finally {
    await prisma.$disconnect();
    await database.stop();
  }
}

function answerOf(
  { rows, headHash, firstProblem, expectedSequence }: CheckedChain,
  expectedHash: string | null,
): VerifiedAudit {
  if (firstProblem)
    return {
      isIntact: false,
      text: `Chain broken: ${firstProblem.sentence} Rows in order before it: ${rows}.`,
    };
  const intact = `Chain intact: ${rows} rows, head ${headHash}`;
  if (expectedHash === null) return { isIntact: true, text: intact };
  if (expectedSequence === null)
    return {
      isIntact: false,
      text: `Chain cut: the rows hold together, but none of them has the expected head. Rows were removed from the end, or all were written anew. There are ${rows} rows, head ${headHash}.`,
    };
  return { isIntact: true, text: `${intact}\nThe expected head is row ${expectedSequence}.` };
}

function problemOf(error: unknown): AppError {
  if (String(error instanceof Error && error.message).includes('"audit_'))
    return new AppError(
      "UNAVAILABLE",
      "This database has no audit yet: start the portal with it once.",
      { cause: error },
    );
  return databaseProblem(error);
}
