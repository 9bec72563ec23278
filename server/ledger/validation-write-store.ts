import type { ValidationRecord } from "@/domain/tokens/validation-record";
import type { PrismaClient } from "@/prisma/generated/client";
import { numberArrayLiteral, textArrayLiteral } from "@/server/database/array-literal";
import { storableText } from "./storable-text";
import { UsageChanges } from "./usage-change";
import { usageStatements } from "./usage-write-store";

const MAX_INTEGER = 2_147_483_647;
const integer = (value: number) => Math.max(-MAX_INTEGER, Math.min(MAX_INTEGER, Math.trunc(value)));

/** A validation that is to be stored, with the first part of its text while samples are kept. */
export interface NewValidation {
  record: ValidationRecord;
  sample: { text: string; isShortened: boolean } | null;
}

export interface ValidationWriteStore {
  /** All of them with their roll-ups, or none. Rejects with the database's error, or after `limitMs` at most once it runs. */
  save(validations: readonly NewValidation[]): Promise<void>;
}

// Rows get their ids before they are stored, so that each text finds its own: ids are in no other way tied to what came.
const INSERT = `
WITH given AS MATERIALIZED (
  SELECT nextval('token_validations_id_seq') AS id, to_timestamp(u.at_ms / 1000) AS recorded_at, u.*
  FROM unnest($1::float8[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::int[], $9::int[], $10::int[],
    $11::int[], $12::int[], $13::float8[], $14::text[], $15::bool[], $16::jsonb[], $17::jsonb[], $18::text[], $19::text[], $20::text[],
    $21::text[], $22::bool[]) AS u (at_ms, service, model, profile_id, key_id, request_id, trace_id, tokens, final_tokens, available_tokens,
    context_window, max_output_tokens, utilization, outcome, was_truncated, removed, sections, method_kind, method_name, method_warning,
    text, is_shortened)
), stored AS (
  INSERT INTO token_validations (id, recorded_at, service, model, profile_id, key_id, request_id, trace_id, tokens, final_tokens,
    available_tokens, context_window, max_output_tokens, utilization, outcome, was_truncated, removed, sections, method_kind,
    method_name, method_warning)
  SELECT id, recorded_at, service, model, profile_id, key_id, request_id, trace_id, tokens, final_tokens,
    available_tokens, context_window, max_output_tokens, utilization, outcome, was_truncated, removed, sections, method_kind,
    method_name, method_warning
  FROM given
)
INSERT INTO prompt_samples (validation_id, text, is_shortened, recorded_at)
SELECT id, text, is_shortened, recorded_at FROM given WHERE text IS NOT NULL`;

const textOrNull = (text: string | null) => (text === null ? null : storableText(text));
/** Names of sections come from texts; JSON would keep what PostgreSQL refuses as an escape. */
const jsonOf = (sections: readonly { name: string }[]) =>
  JSON.stringify(sections.map((section) => ({ ...section, name: storableText(section.name) })));

function parametersOf(validations: readonly NewValidation[]): string[] {
  const records = validations.map(({ record }) => record);
  const texts = (of: (record: ValidationRecord) => string | null) =>
    textArrayLiteral(records.map((record) => textOrNull(of(record))));
  const numbers = (of: (record: ValidationRecord) => number) =>
    numberArrayLiteral(records.length, (at) => {
      const record = records[at];
      return record === undefined ? null : of(record);
    });
  const integers = (of: (record: ValidationRecord) => number) =>
    numbers((record) => integer(of(record)));
  const flags = (values: readonly (boolean | null)[]) =>
    textArrayLiteral(values.map((value) => (value === null ? null : String(value))));
  return [
    numbers((record) => Math.trunc(record.recordedAtMs)),
    texts((record) => record.service),
    texts((record) => record.model),
    texts((record) => record.profileId),
    texts((record) => record.keyId),
    texts((record) => record.requestId),
    texts((record) => record.traceId),
    integers((record) => record.tokens),
    integers((record) => record.finalTokens),
    integers((record) => record.availableTokens),
    integers((record) => record.contextWindow),
    integers((record) => record.maxOutputTokens),
    numbers((record) => record.utilization),
    texts((record) => record.outcome),
    flags(records.map((record) => record.wasTruncated)),
    texts((record) => jsonOf(record.removed)),
    texts((record) => record.sections && jsonOf(record.sections)),
    texts((record) => record.method.kind),
    texts((record) => record.method.name),
    texts((record) => record.method.warning),
    textArrayLiteral(validations.map(({ sample }) => sample?.text ?? null)),
    flags(validations.map(({ sample }) => sample?.isShortened ?? null)),
  ];
}

/** `limitMs`: what each statement may take before the database itself gives up. */
export function createValidationWriteStore(
  prisma: PrismaClient,
  { limitMs }: { limitMs: number },
): ValidationWriteStore {
  return {
    async save(validations) {
      const changes = new UsageChanges();
      for (const { record } of validations) changes.addValidation(record);
      await prisma.$transaction([
        prisma.$executeRawUnsafe(`SET LOCAL statement_timeout = ${limitMs}`),
        prisma.$executeRawUnsafe(INSERT, ...parametersOf(validations)),
        ...usageStatements(changes).map(({ statement, parameters }) =>
          prisma.$executeRawUnsafe(statement, ...parameters),
        ),
      ]);
    },
  };
}
