import { CountMethodKind } from "@/domain/tokens/count-method";
import type { Prisma } from "@/prisma/generated/client";
import { textArrayLiteral } from "@/server/database/array-literal";
import type { JoinedCall } from "./compare-calls";
import {
  inPairOrder,
  type NewReport,
  numbersOf,
  pairKeyOf,
  type ReportPair,
} from "./report-write-store";

interface ValidationRow {
  service: string;
  requestId: string;
  validationId: bigint;
  recordedAt: Date;
  model: string;
  countedTokens: number;
  availableTokens: number;
  utilization: number;
  methodKind: string;
  methodName: string;
}

interface UnjoinedRow extends ValidationRow {
  traceId: string | null;
  at: Date;
  reportedTokens: number;
}

// Ids come back after days: what is more than a day apart is another request. A prompt that was validated, then truncated, then sent
// went as it was last.
const NEWEST_VALIDATION = `
SELECT v.id AS "validationId", v.recorded_at AS "recordedAt", v.model, v.final_tokens AS "countedTokens",
  v.available_tokens AS "availableTokens", v.utilization, v.method_kind AS "methodKind", v.method_name AS "methodName"
FROM token_validations v
WHERE v.request_id = r.request_id AND v.service = r.service
  AND v.recorded_at BETWEEN r.at - interval '1 day' AND r.at + interval '1 day'
ORDER BY v.id DESC LIMIT 1`;

const FIND = `
SELECT r.service, r.request_id AS "requestId", n.*
FROM (
  SELECT service, request_id, to_timestamp(at_ms / 1000) AS at
  FROM unnest($1::text[], $2::text[], $3::float8[]) AS u (service, request_id, at_ms)
) r CROSS JOIN LATERAL (${NEWEST_VALIDATION}) n`;

/** The newest validation of each report, by the key of its pair, with what the report says. */
export async function findValidations(
  tx: Prisma.TransactionClient,
  reports: readonly NewReport[],
): Promise<Map<string, JoinedCall>> {
  const rows = await tx.$queryRawUnsafe<ValidationRow[]>(
    FIND,
    textArrayLiteral(reports.map(({ service }) => service)),
    textArrayLiteral(reports.map(({ requestId }) => requestId)),
    numbersOf(reports, ({ atMs }) => atMs),
  );
  const validations = new Map(rows.map((row) => [pairKeyOf(row), row]));
  const joined = new Map<string, JoinedCall>();
  for (const report of reports) {
    const row = validations.get(pairKeyOf(report));
    if (!row) continue;
    const { traceId, atMs, promptTokens: reportedTokens } = report;
    joined.set(pairKeyOf(report), callOf(row, { traceId, atMs, reportedTokens }));
  }
  return joined;
}

// Whoever holds a row is comparing it already.
const LOCK = `
SELECT r.service, r.request_id AS "requestId", r.trace_id AS "traceId", r.at, r.prompt_tokens AS "reportedTokens", n.*
FROM unnest($1::text[], $2::text[]) AS p (service, request_id)
JOIN token_reports r ON r.service = p.service AND r.request_id = p.request_id
CROSS JOIN LATERAL (${NEWEST_VALIDATION}) n
WHERE r.validation_id IS NULL
ORDER BY r.service, r.request_id
FOR UPDATE OF r SKIP LOCKED`;

const MARK = `
UPDATE token_reports r SET validation_id = j.validation_id
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS j (service, request_id, validation_id)
WHERE r.service = j.service AND r.request_id = j.request_id`;

/** Reports that have a validation by now and were not compared with one. From here on they were. */
export async function takeUnjoined(
  tx: Prisma.TransactionClient,
  pairs: readonly ReportPair[],
): Promise<JoinedCall[]> {
  const given = inPairOrder(pairs);
  const rows = await tx.$queryRawUnsafe<UnjoinedRow[]>(
    LOCK,
    textArrayLiteral(given.map(({ service }) => service)),
    textArrayLiteral(given.map(({ requestId }) => requestId)),
  );
  if (rows.length === 0) return [];
  await tx.$executeRawUnsafe(
    MARK,
    textArrayLiteral(rows.map(({ service }) => service)),
    textArrayLiteral(rows.map(({ requestId }) => requestId)),
    `{${rows.map(({ validationId }) => validationId.toString()).join(",")}}`,
  );
  return rows.map((row) => {
    const { traceId, at, reportedTokens } = row;
    return callOf(row, { traceId, atMs: at.getTime(), reportedTokens });
  });
}

function callOf(
  row: ValidationRow,
  report: Pick<JoinedCall, "traceId" | "atMs" | "reportedTokens">,
): JoinedCall {
  const { service, requestId, validationId, model, countedTokens, availableTokens } = row;
  return {
    ...report,
    service,
    requestId,
    validationId,
    recordedAtMs: row.recordedAt.getTime(),
    model,
    countedTokens,
    availableTokens,
    utilization: row.utilization,
    methodKind: CountMethodKind.parse(row.methodKind),
    methodName: row.methodName,
  };
}
