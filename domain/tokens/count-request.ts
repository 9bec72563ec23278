import * as z from "zod";
import { CountMethod } from "./count-method";
import { EffectiveProfile, ModelName, ServiceName } from "./model-profile";
import {
  ChatMessage,
  MAX_BATCH_TEXTS,
  MAX_MESSAGES,
  PromptSections,
  PromptText,
  SectionPriority,
} from "./prompt-section";
import { RemovedSection, RequestId, TraceId, ValidationOutcome } from "./validation-record";

/** What a prompt is given as: exactly one of them. Null text is the empty text. */
const promptFields = {
  text: PromptText.nullable().optional(),
  messages: z.array(ChatMessage).min(1).max(MAX_MESSAGES).optional(),
  sections: PromptSections.optional(),
};

/** What it is counted by: a profile (by its name, or one of its model names), an encoding, or neither: the default profile. */
const countedBy = {
  model: ModelName.optional(),
  /** An unknown name is counted with cl100k_base, with a warning. Goes before the profile's own. */
  encoding: z.string().max(64).optional(),
};

const oneOfThem = ({ text, messages, sections }: Record<string, unknown>) =>
  [text, messages, sections].filter((given) => given !== undefined).length === 1;
const ONE_OF_THEM = "give exactly one of text, messages and sections";

const caller = {
  service: ServiceName.optional(),
  requestId: RequestId.optional(),
  traceId: TraceId.optional(),
};

export const CountRequest = z
  .strictObject({ ...promptFields, ...countedBy })
  .refine(oneOfThem, ONE_OF_THEM);
export type CountRequest = z.infer<typeof CountRequest>;

const NamedCount = z.object({ name: z.string(), tokens: z.int().min(0) });

export const CountAnswer = z.object({
  tokens: z.int().min(0),
  method: CountMethod,
  /** Of each section, in order; tokens of borders belong to the section behind. Null unless sections came. */
  sections: z.array(NamedCount).nullable(),
  /** Tokens that the chat template adds to the contents. Null unless messages came. */
  overheadTokens: z.int().min(0).nullable(),
});
export type CountAnswer = z.infer<typeof CountAnswer>;

export const CountBatchRequest = z.strictObject({
  texts: z.array(PromptText.nullable()).min(1).max(MAX_BATCH_TEXTS),
  ...countedBy,
});
export type CountBatchRequest = z.infer<typeof CountBatchRequest>;

export const CountBatchAnswer = z.object({
  tokens: z.array(z.int().min(0)),
  totalTokens: z.int().min(0),
  method: CountMethod,
});
export type CountBatchAnswer = z.infer<typeof CountBatchAnswer>;

/** Counts of the values of an object, by key: what parts of a prompt would cost. */
export const EstimateRequest = z.strictObject({
  parts: z
    .record(z.string().min(1).max(120), PromptText.nullable())
    .refine((parts) => Object.keys(parts).length <= MAX_BATCH_TEXTS, "1,000 parts at most"),
  ...countedBy,
});
export type EstimateRequest = z.infer<typeof EstimateRequest>;

export const EstimateAnswer = z.object({
  parts: z.array(NamedCount),
  totalTokens: z.int().min(0),
  method: CountMethod,
});
export type EstimateAnswer = z.infer<typeof EstimateAnswer>;

export const ValidateRequest = z
  .strictObject({
    ...promptFields,
    ...countedBy,
    ...caller,
    /** Instead of the profile's; 0 reserves nothing. */
    maxOutputTokens: z.int().min(0).max(100_000_000).optional(),
  })
  .refine(oneOfThem, ONE_OF_THEM);
export type ValidateRequest = z.infer<typeof ValidateRequest>;

export const ValidateAnswer = z.object({
  isValid: z.boolean(),
  outcome: ValidationOutcome,
  promptTokens: z.int().min(0),
  availableTokens: z.int(),
  contextWindow: z.int(),
  maxOutputTokens: z.int(),
  /** promptTokens / availableTokens, unrounded; may pass 1. */
  utilization: z.number(),
  /** `High context utilization: 83.1 % (2,130 of 2,560 tokens)`; null below the threshold. */
  warning: z.string().nullable(),
  /** `The prompt exceeds …`; null when it fits. */
  error: z.string().nullable(),
  method: CountMethod,
  sections: z.array(NamedCount).nullable(),
  profile: z.string(),
  requestId: z.string(),
  /** False for askers who may only read, whose validations are dry runs, and while the database is away. */
  recorded: z.boolean(),
});
export type ValidateAnswer = z.infer<typeof ValidateAnswer>;

export const BudgetQuery = z.strictObject({
  model: ModelName.optional(),
  service: ServiceName.optional(),
  maxOutputTokens: z.int().min(0).max(100_000_000).optional(),
});
export type BudgetQuery = z.infer<typeof BudgetQuery>;

export const BudgetAnswer = z.object({
  contextWindow: z.int(),
  maxOutputTokens: z.int(),
  availableForPrompt: z.int(),
  /** In tokens: ⌊available × threshold⌋. */
  warningThreshold: z.int(),
  profile: EffectiveProfile,
});
export type BudgetAnswer = z.infer<typeof BudgetAnswer>;

export const TruncateRequest = z
  .strictObject({
    text: PromptText.nullable().optional(),
    sections: PromptSections.optional(),
    ...countedBy,
    ...caller,
    /** Left out: what the profile has available. */
    maxTokens: z.int().min(0).max(100_000_000).optional(),
    /** Instead of the profile's list; removed first to last. */
    priorities: z.array(SectionPriority).max(200).optional(),
    /** Leaves `[Title: removed]` in the place of each removed section. */
    markRemoved: z.boolean().default(false),
    /** Behind a text that is cut within; it is left out where it does not fit. */
    suffix: z.string().max(200).default("...[truncated]"),
  })
  .refine(oneOfThem, "give exactly one of text and sections");
export type TruncateRequest = z.infer<typeof TruncateRequest>;

export const TruncateAnswer = z.object({
  /** The prompt that fits. Of sections: their texts that are kept, in their order, one behind the other. */
  text: z.string(),
  originalTokens: z.int().min(0),
  finalTokens: z.int().min(0),
  maxTokens: z.int().min(0),
  /** In the order of removal. */
  removed: z.array(RemovedSection),
  /** The rest was still too long and was cut within. */
  wasCut: z.boolean(),
  wasTruncated: z.boolean(),
  /** Why nothing was changed although it does not fit (truncation is switched off), else null. */
  reason: z.string().nullable(),
  method: CountMethod,
  profile: z.string(),
  requestId: z.string(),
  recorded: z.boolean(),
});
export type TruncateAnswer = z.infer<typeof TruncateAnswer>;
