import * as z from "zod";
import { givenName } from "@/domain/text/given-name";
import { ServiceName } from "./model-profile";

export const budgetMarks = [50, 80, 100] as const;
export const BudgetMark = z.union([z.literal(50), z.literal(80), z.literal(100)]);
export type BudgetMark = z.infer<typeof BudgetMark>;

const budgetFields = {
  name: givenName(80),
  /** Null: all services. */
  service: ServiceName.nullable(),
  /** Null: all keys. */
  keyId: z.uuid().nullable(),
  /** Tokens that a day may use. */
  dailyTokens: z.int().min(1).max(1_000_000_000_000_000),
  counts: z.enum(["total", "prompt", "completion"]),
};

export const NewTokenBudget = z.strictObject(budgetFields);
export type NewTokenBudget = z.infer<typeof NewTokenBudget>;

export const TokenBudgetChange = z.strictObject({
  id: z.uuid(),
  name: budgetFields.name.optional(),
  dailyTokens: budgetFields.dailyTokens.optional(),
  counts: budgetFields.counts.optional(),
});
export type TokenBudgetChange = z.infer<typeof TokenBudgetChange>;

export const TokenBudgetId = z.strictObject({ id: z.uuid("is not the id of a budget") });
export type TokenBudgetId = z.infer<typeof TokenBudgetId>;

/** Beyond, budgets are not added. */
export const MAX_TOKEN_BUDGETS = 200;

/** `tokens:budget-mark` of the socket: a budget has reached a mark of a day, for the first time on that day. */
export interface BudgetMarkReached {
  budgetId: string;
  name: string;
  mark: BudgetMark;
  usedTokens: number;
  dailyTokens: number;
  atMs: number;
}

/** A budget and how far today is. */
export const TokenBudget = z.object({
  ...budgetFields,
  id: z.uuid(),
  keyName: z.string().nullable(),
  createdAtMs: z.number(),
  usedTokens: z.int(),
  /** When each mark of today was reached; null: not yet. */
  marks: z.array(z.object({ mark: BudgetMark, reachedAtMs: z.number().nullable() })),
  /** When it will be full at the pace of the last hour; null: not today. */
  fullAtMs: z.number().nullable(),
  /** Tokens used up to the end of each hour of today that has begun. */
  hours: z.array(z.object({ atMs: z.number(), usedTokens: z.int() })),
});
export type TokenBudget = z.infer<typeof TokenBudget>;

export const TokenBudgets = z.object({
  budgets: z.array(TokenBudget),
  /** IANA name: whose midnight begins a day. */
  timeZone: z.string(),
  dayStartMs: z.number(),
  dayEndMs: z.number(),
});
export type TokenBudgets = z.infer<typeof TokenBudgets>;

export const SavedTokenBudget = z.object({ budget: TokenBudget });
export type SavedTokenBudget = z.infer<typeof SavedTokenBudget>;

export const DeletedTokenBudget = z.object({ deleted: z.boolean() });
export type DeletedTokenBudget = z.infer<typeof DeletedTokenBudget>;
