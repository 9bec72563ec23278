import type { LedgerFilter } from "@/domain/tokens/usage-history";
import { CountMethodKind } from "@/domain/tokens/count-method";
import {
  RemovedSection,
  SectionCount,
  ValidationOutcome,
  type ValidationRecord,
} from "@/domain/tokens/validation-record";
import { Prisma, type PrismaClient } from "@/prisma/generated/client";

/** Where a page ends: newest first, of equal times the larger id first. */
export interface LedgerPlace {
  recordedAtMs: number;
  id: bigint;
}

/** A validation as it is stored, with what was reported of its request. The error of its method is not stored. */
export interface StoredValidation extends Omit<ValidationRecord, "method"> {
  id: bigint;
  method: { kind: CountMethodKind; name: string; warning: string | null };
  reported: { promptTokens: number; completionTokens: number } | null;
  lostTokens: number | null;
  hasSample: boolean;
}

/** A prompt that was over and not truncated. */
export interface StoredOverPrompt {
  tokens: number;
  availableTokens: number;
  sections: SectionCount[] | null;
}

export interface StoredSample {
  text: string;
  isShortened: boolean;
  recordedAtMs: number;
}

/** Reads of single validations, each by an index and bounded. Errors are those of the database. */
export interface ValidationReadStore {
  /** Newest first, behind a place. `upToId`: what came later is left out. */
  readPage(
    filter: LedgerFilter,
    page: { limit: number; behind?: LedgerPlace | undefined; upToId?: bigint | undefined },
  ): Promise<StoredValidation[]>;
  count(filter: LedgerFilter, upToId?: bigint): Promise<number>;
  /** 0: there is none. */
  readLastId(): Promise<bigint>;
  /** Newest first. */
  readOver(
    filter: Pick<LedgerFilter, "fromMs" | "toMs" | "service" | "model">,
    page: { limit: number; behind?: LedgerPlace | undefined },
  ): Promise<{ prompts: StoredOverPrompt[]; last: LedgerPlace | null }>;
  /** Of a sample that is not older than that; null: there is none. */
  readSample(id: bigint, sinceMs: number): Promise<StoredSample | null>;
}

interface Row {
  id: bigint;
  recorded_at: Date;
  service: string;
  model: string;
  profile_id: string;
  key_id: string | null;
  request_id: string;
  trace_id: string | null;
  tokens: number;
  final_tokens: number;
  available_tokens: number;
  context_window: number;
  max_output_tokens: number;
  utilization: number;
  outcome: string;
  was_truncated: boolean;
  removed: unknown;
  sections: unknown;
  method_kind: string;
  method_name: string;
  method_warning: string | null;
  lost_tokens: number | null;
  reported_prompt_tokens: number | null;
  reported_completion_tokens: number | null;
  has_sample: boolean;
}

function validationOf(row: Row): StoredValidation {
  const { reported_prompt_tokens: promptTokens, reported_completion_tokens: completionTokens } =
    row;
  return {
    id: row.id,
    recordedAtMs: row.recorded_at.getTime(),
    service: row.service,
    model: row.model,
    profileId: row.profile_id,
    keyId: row.key_id,
    requestId: row.request_id,
    traceId: row.trace_id,
    tokens: row.tokens,
    finalTokens: row.final_tokens,
    availableTokens: row.available_tokens,
    contextWindow: row.context_window,
    maxOutputTokens: row.max_output_tokens,
    utilization: row.utilization,
    outcome: ValidationOutcome.parse(row.outcome),
    wasTruncated: row.was_truncated,
    removed: RemovedSection.array().parse(row.removed),
    sections: SectionCount.array().nullable().parse(row.sections),
    method: {
      kind: CountMethodKind.parse(row.method_kind),
      name: row.method_name,
      warning: row.method_warning,
    },
    reported:
      promptTokens === null ? null : { promptTokens, completionTokens: completionTokens ?? 0 },
    lostTokens: row.lost_tokens,
    hasSample: row.has_sample,
  };
}

// As literals: only so do they prove to the planner that an index with a condition may serve.
const outcomes = {
  ok: Prisma.sql`v.outcome = 'ok'`,
  warning: Prisma.sql`v.outcome = 'warning'`,
  over: Prisma.sql`v.outcome = 'over'`,
};
const only = {
  truncated: Prisma.sql`v.was_truncated`,
  cut: Prisma.sql`v.lost_tokens IS NOT NULL`,
};

function conditionOf(
  filter: LedgerFilter,
  { behind, upToId }: { behind?: LedgerPlace | undefined; upToId?: bigint | undefined },
): Prisma.Sql {
  const conditions = [
    Prisma.sql`v.recorded_at >= ${new Date(filter.fromMs)}::timestamptz`,
    Prisma.sql`v.recorded_at < ${new Date(filter.toMs)}::timestamptz`,
  ];
  if (filter.service !== undefined) conditions.push(Prisma.sql`v.service = ${filter.service}`);
  if (filter.model !== undefined) conditions.push(Prisma.sql`v.model = ${filter.model}`);
  if (filter.requestId !== undefined)
    conditions.push(Prisma.sql`v.request_id = ${filter.requestId}`);
  if (filter.outcome !== undefined) conditions.push(outcomes[filter.outcome]);
  if (filter.only !== undefined) conditions.push(only[filter.only]);
  if (upToId !== undefined) conditions.push(Prisma.sql`v.id <= ${upToId}::bigint`);
  if (behind)
    conditions.push(
      Prisma.sql`(v.recorded_at, v.id) < (${new Date(behind.recordedAtMs)}::timestamptz, ${behind.id}::bigint)`,
    );
  return Prisma.join(conditions, " AND ");
}

export function createValidationReadStore(prisma: PrismaClient): ValidationReadStore {
  return {
    async readPage(filter, { limit, ...page }) {
      // The page first: reports and samples are looked up for its rows alone.
      const rows = await prisma.$queryRaw<Row[]>`
        SELECT p.*, r.prompt_tokens AS reported_prompt_tokens, r.completion_tokens AS reported_completion_tokens,
          EXISTS (SELECT FROM prompt_samples s WHERE s.validation_id = p.id) AS has_sample
        FROM (
          SELECT v.* FROM token_validations v WHERE ${conditionOf(filter, page)}
          ORDER BY v.recorded_at DESC, v.id DESC LIMIT ${limit}::int
        ) p
        LEFT JOIN token_reports r ON r.service = p.service AND r.request_id = p.request_id
        ORDER BY p.recorded_at DESC, p.id DESC`;
      return rows.map(validationOf);
    },
    async count(filter, upToId) {
      const [row] = await prisma.$queryRaw<{ n: number }[]>`
        SELECT count(*)::float8 AS n FROM token_validations v WHERE ${conditionOf(filter, { upToId })}`;
      return row?.n ?? 0;
    },
    async readLastId() {
      const [row] = await prisma.$queryRaw<{ id: bigint | null }[]>`
        SELECT max(id) AS id FROM token_validations`;
      return row?.id ?? 0n;
    },
    async readOver(filter, { limit, behind }) {
      const rows = await prisma.$queryRaw<
        Pick<Row, "id" | "recorded_at" | "tokens" | "available_tokens" | "sections">[]
      >`
        SELECT v.id, v.recorded_at, v.tokens, v.available_tokens, v.sections FROM token_validations v
        WHERE ${conditionOf({ ...filter, outcome: "over" }, { behind })} AND NOT v.was_truncated
        ORDER BY v.recorded_at DESC, v.id DESC LIMIT ${limit}::int`;
      const last = rows.at(-1);
      return {
        prompts: rows.map((row) => ({
          tokens: row.tokens,
          availableTokens: row.available_tokens,
          sections: SectionCount.array().nullable().parse(row.sections),
        })),
        last: last ? { recordedAtMs: last.recorded_at.getTime(), id: last.id } : null,
      };
    },
    async readSample(id, sinceMs) {
      const sample = await prisma.promptSample.findUnique({ where: { validationId: id } });
      if (!sample || sample.recordedAt.getTime() < sinceMs) return null;
      const { text, isShortened, recordedAt } = sample;
      return { text, isShortened, recordedAtMs: recordedAt.getTime() };
    },
  };
}
