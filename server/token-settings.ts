import type { SettingProblem, Settings } from "./env.ts";
import { row } from "./setting-row.ts";
import { decimal, flag, fraction, shortText, timeZone } from "./setting-schemas.ts";

// Prompts: the first model profile, what is kept, and whose day a budget has. Loaded by the start script without a build, as env.ts is.

export const tokenSettingRows = [
  row({
    name: "NEMOTRON_CONTEXT_WINDOW",
    default: "131072",
    range: "1 to 100000000 tokens",
    meaning:
      "Context window of the default model profile, when it is made at the first start. Afterwards the profile counts, and a difference is shown there.",
    key: "firstProfileContextWindow",
    schema: decimal({ min: 1, max: 100_000_000, factor: 1 }),
    whenUnset: 131_072,
  }),
  row({
    name: "NEMOTRON_MAX_OUTPUT_TOKENS",
    default: "1536",
    range: "0 to 100000000 tokens, below NEMOTRON_CONTEXT_WINDOW",
    meaning: "Tokens that the default model profile reserves for the answer, likewise.",
    key: "firstProfileMaxOutputTokens",
    schema: decimal({ min: 0, max: 100_000_000, factor: 1 }),
    whenUnset: 1536,
  }),
  row({
    name: "LLM_TOKENIZER_ENCODING",
    default: "cl100k_base",
    range: "cl100k_base, o200k_base, p50k_base or r50k_base; any other is counted as cl100k_base",
    meaning: "What the default model profile counts with, likewise.",
    key: "firstProfileEncoding",
    schema: shortText,
    whenUnset: "cl100k_base",
  }),
  row({
    name: "CONTEXT_UTILIZATION_WARNING_THRESHOLD",
    default: "0.80",
    range: "above 0, 1 at most",
    meaning:
      "Share of the available tokens from which on a prompt is warned of, in the default model profile, likewise.",
    key: "firstProfileWarningThreshold",
    schema: fraction,
    whenUnset: 0.8,
  }),
  row({
    name: "CONTEXT_TRUNCATION_ENABLED",
    default: "true",
    range: "true or false",
    meaning:
      "false: no prompt is changed, whatever its profile says; the answer is the text as it came, with the reason.",
    key: "contextTruncationEnabled",
    schema: flag,
    whenUnset: true,
  }),
  row({
    name: "PROMPT_SAMPLES",
    default: "false",
    range: "true or false",
    meaning:
      "Keeps the text of validated prompts, up to 64 KiB of each, for PROMPT_SAMPLE_RETENTION_DAYS. Who may read it: PROMPT_CONTENT_ROLE.",
    key: "promptSamples",
    schema: flag,
    whenUnset: false,
  }),
  row({
    name: "PROMPT_SAMPLE_RETENTION_DAYS",
    default: "7",
    range: "0.1 to 365 days",
    meaning: "How long the text of prompts is kept.",
    key: "promptSampleRetentionMs",
    schema: decimal({ min: 0.1, max: 365, factor: 86_400_000 }),
    whenUnset: 604_800_000,
  }),
  row({
    name: "TOKEN_LEDGER_RETENTION_DAYS",
    default: "30",
    range: "1 to 3650 days",
    meaning: "How long every single validation, report of usage and silent cut is kept.",
    key: "tokenLedgerRetentionDays",
    schema: decimal({ min: 1, max: 3650, factor: 1 }),
    whenUnset: 30,
  }),
  row({
    name: "TOKEN_ROLLUP_RETENTION_DAYS",
    default: "400",
    range: "1 to 3650 days",
    meaning:
      "How long usage by the hour is kept. By the minute it is kept for a quarter of this time, 90 days at most.",
    key: "tokenRollupRetentionDays",
    schema: decimal({ min: 1, max: 3650, factor: 1 }),
    whenUnset: 400,
  }),
  row({
    name: "BUDGET_TIME_ZONE",
    default: "UTC",
    range: "an IANA time zone, as Europe/Berlin",
    meaning: "Whose midnight begins a new day for token budgets.",
    key: "budgetTimeZone",
    schema: timeZone,
    whenUnset: "UTC",
  }),
] as const;

/** Settings that are of use only together. */
export function tokenProblems(settings: Partial<Settings>): SettingProblem[] {
  const { firstProfileContextWindow = Infinity, firstProfileMaxOutputTokens = 0 } = settings;
  if (firstProfileMaxOutputTokens < firstProfileContextWindow) return [];
  return [
    {
      name: "NEMOTRON_MAX_OUTPUT_TOKENS",
      problem: "leaves nothing for a prompt",
      allowed: "less than NEMOTRON_CONTEXT_WINDOW",
    },
  ];
}
