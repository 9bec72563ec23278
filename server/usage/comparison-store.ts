import type { SilentCut } from "@/domain/tokens/usage-report";
import type { Prisma } from "@/prisma/generated/client";
import { textArrayLiteral } from "@/server/database/array-literal";
import type { CutPrompt } from "@/server/ledger";
import { compareCalls, type ErrorChange, type JoinedCall, methodKeyOf } from "./compare-calls";
import { inPairOrder, numbersOf, pairKeyOf, type ReportPair } from "./report-write-store";

/** A cut that is new, for the roll-up and for whoever listens. */
export interface StoredCut extends CutPrompt {
  event: SilentCut;
}

/** Compares reports with their validations and stores what comes of it; answers the cuts that were not known. */
export async function compareInTransaction(
  tx: Prisma.TransactionClient,
  calls: readonly JoinedCall[],
): Promise<StoredCut[]> {
  if (calls.length === 0) return [];
  const known = await readRatios(tx, [...new Set(calls.map(({ model }) => model))]);
  const { cuts, errors } = compareCalls(calls, known);
  const stored = await insertCuts(tx, cuts);
  await addErrors(tx, errors);
  return stored;
}

async function readRatios(tx: Prisma.TransactionClient, models: string[]) {
  const rows = await tx.countingError.findMany({ where: { model: { in: models } } });
  return new Map(
    rows.map(({ model, methodKind, methodName, ratioCounts }) => {
      // The kind was checked when it was stored, and only serves to find the row again.
      const method = { model, methodKind: methodKind as JoinedCall["methodKind"], methodName };
      return [methodKeyOf(method), ratioCounts.map(Number)];
    }),
  );
}

const INSERT_CUTS = `
INSERT INTO silent_cuts (at, service, model, request_id, trace_id, sent_tokens, counted_tokens, method_kind)
SELECT to_timestamp(at_ms / 1000), service, model, request_id, trace_id, sent_tokens, counted_tokens, method_kind
FROM unnest($1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[])
  WITH ORDINALITY AS c (at_ms, service, model, request_id, trace_id, sent_tokens, counted_tokens, method_kind, place)
ORDER BY place
ON CONFLICT (service, request_id) DO NOTHING
RETURNING id, service, request_id AS "requestId"`;

async function insertCuts(
  tx: Prisma.TransactionClient,
  cuts: readonly JoinedCall[],
): Promise<StoredCut[]> {
  if (cuts.length === 0) return [];
  const rows = inPairOrder(cuts);
  const texts = (of: (call: JoinedCall) => string | null) => textArrayLiteral(rows.map(of));
  const stored = await tx.$queryRawUnsafe<(ReportPair & { id: bigint })[]>(
    INSERT_CUTS,
    numbersOf(rows, ({ atMs }) => atMs),
    texts(({ service }) => service),
    texts(({ model }) => model),
    texts(({ requestId }) => requestId),
    texts(({ traceId }) => traceId),
    numbersOf(rows, ({ countedTokens }) => countedTokens),
    numbersOf(rows, ({ reportedTokens }) => reportedTokens),
    texts(({ methodKind }) => methodKind),
  );
  const ids = new Map(stored.map((row) => [pairKeyOf(row), row.id.toString()]));
  return rows.flatMap((call) => {
    const id = ids.get(pairKeyOf(call));
    return id === undefined ? [] : [storedCut(id, call)];
  });
}

function storedCut(id: string, call: JoinedCall): StoredCut {
  const { validationId, recordedAtMs, service, model, utilization, requestId } = call;
  const lostTokens = call.countedTokens - call.reportedTokens;
  return {
    validationId,
    recordedAtMs,
    service,
    model,
    utilization,
    lostTokens,
    event: {
      id,
      atMs: call.atMs,
      service,
      model,
      requestId,
      traceId: call.traceId,
      sentTokens: call.countedTokens,
      countedTokens: call.reportedTokens,
      lostTokens,
      method: call.methodKind,
    },
  };
}

const ADD_ERRORS = `
INSERT INTO counting_errors AS t (model, method_kind, method_name, calls, ratio_sum, worst_ratio, ratio_counts)
SELECT model, method_kind, method_name, calls, ratio_sum, worst_ratio, ratio_counts::bigint[]
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::float8[], $6::float8[], $7::text[])
  WITH ORDINALITY AS e (model, method_kind, method_name, calls, ratio_sum, worst_ratio, ratio_counts, place)
ORDER BY place
ON CONFLICT (model, method_kind, method_name) DO UPDATE SET
  calls = t.calls + excluded.calls,
  ratio_sum = t.ratio_sum + excluded.ratio_sum,
  worst_ratio = greatest(t.worst_ratio, excluded.worst_ratio),
  ratio_counts = ARRAY(
    SELECT coalesce(b.known, 0) + coalesce(b.added, 0)
    FROM unnest(t.ratio_counts, excluded.ratio_counts) WITH ORDINALITY AS b (known, added, place) ORDER BY b.place)`;

async function addErrors(
  tx: Prisma.TransactionClient,
  errors: readonly ErrorChange[],
): Promise<void> {
  if (errors.length === 0) return;
  const texts = (of: (change: ErrorChange) => string) => textArrayLiteral(errors.map(of));
  await tx.$executeRawUnsafe(
    ADD_ERRORS,
    texts(({ model }) => model),
    texts(({ methodKind }) => methodKind),
    texts(({ methodName }) => methodName),
    numbersOf(errors, ({ calls }) => calls),
    numbersOf(errors, ({ ratioSum }) => ratioSum),
    numbersOf(errors, ({ worstRatio }) => worstRatio),
    // Lists of lists would be flattened, so each travels as a text.
    texts(({ ratioCounts }) => `{${ratioCounts.join(",")}}`),
  );
}
