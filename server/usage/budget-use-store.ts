import { Prisma } from "@/prisma/generated/client";

/** Tokens of a row of the day that a budget counts. */
const COUNTED = Prisma.raw(`CASE b.counts
  WHEN 'prompt' THEN d.prompt_tokens
  WHEN 'completion' THEN d.completion_tokens
  ELSE d.prompt_tokens + d.completion_tokens END`);

/** Whether a row of the day is of a budget's service and key. */
const IS_OF_BUDGET = Prisma.raw(`(b.service IS NULL OR d.service = b.service)
  AND (b.key_id IS NULL OR d.key_id = b.key_id::text)`);

/** Tokens by budget and start of the hour. */
export async function readUse(
  db: Prisma.TransactionClient,
  day: string,
): Promise<Map<string, Map<number, number>>> {
  const rows = await db.$queryRaw<{ id: string; hourAt: Date; tokens: bigint }[]>`
    SELECT b.id, d.hour_at AS "hourAt", sum(${COUNTED})::bigint AS tokens
    FROM token_budgets b JOIN token_days d ON d.day = ${day}::date AND ${IS_OF_BUDGET}
    GROUP BY b.id, d.hour_at`;
  const used = new Map<string, Map<number, number>>();
  for (const { id, hourAt, tokens } of rows) {
    const hours = used.get(id) ?? new Map<number, number>();
    used.set(id, hours.set(hourAt.getTime(), Number(tokens)));
  }
  return used;
}

const USED = Prisma.sql`coalesce((
  SELECT sum(${COUNTED}) FROM token_days d WHERE d.day = given.day AND ${IS_OF_BUDGET}), 0)::bigint`;

/** Forgets marks of a day that a budget is below: its limit was raised, or it counts something else. */
export async function removeUnreachedMarks(
  tx: Prisma.TransactionClient,
  budgetId: string,
  day: string,
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM token_budget_marks m USING token_budgets b, (SELECT ${day}::date AS day) given
    WHERE b.id = ${budgetId}::uuid AND m.budget_id = b.id AND m.day = given.day
      AND ${USED} * 100 < b.daily_tokens * m.mark`;
}

export interface ReachedRow {
  budgetId: string;
  name: string;
  mark: number;
  usedTokens: bigint;
  dailyTokens: bigint;
}

/** Stores the marks of a day that are reached and were not; each is answered once, to whichever portal stored it. */
export function insertReachedMarks(
  db: Prisma.TransactionClient,
  { day, endMs, nowMs }: { day: string; endMs: number; nowMs: number },
): Promise<ReachedRow[]> {
  return db.$queryRaw<ReachedRow[]>`
    WITH used AS (
      SELECT b.id, b.name, b.daily_tokens, ${USED} AS tokens
      FROM token_budgets b, (SELECT ${day}::date AS day) given
      WHERE b.created_at < ${new Date(endMs)}::timestamptz
    ), reached AS (
      INSERT INTO token_budget_marks (budget_id, day, mark, reached_at)
      SELECT u.id, ${day}::date, m.mark, ${new Date(nowMs)}::timestamptz
      FROM used u, (VALUES (50), (80), (100)) AS m (mark)
      WHERE u.tokens * 100 >= u.daily_tokens * m.mark
      ORDER BY u.id, m.mark
      ON CONFLICT (budget_id, day, mark) DO NOTHING
      RETURNING budget_id, mark
    )
    SELECT u.id AS "budgetId", u.name, r.mark, u.tokens AS "usedTokens", u.daily_tokens AS "dailyTokens"
    FROM reached r JOIN used u ON u.id = r.budget_id ORDER BY u.name, r.mark`;
}
