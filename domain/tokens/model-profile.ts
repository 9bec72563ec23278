import * as z from "zod";
import { givenName } from "@/domain/text/given-name";
import { encodings } from "./encodings";
import { SectionPriority } from "./prompt-section";

export const MAX_WINDOW_TOKENS = 100_000_000;

/** As services, models and profiles are called. */
export const ServiceName = givenName(128);
export const ModelName = givenName(128);

export const EncodingName = z.enum(encodings);

/** How the overhead of chat messages is counted; `none`: the contents alone. */
export const ChatTemplate = z.enum(["openai", "chatml", "llama3", "none"]);
export type ChatTemplate = z.infer<typeof ChatTemplate>;

/** What a model's prompts are counted with. `fallback`: what is used while a server does not answer. */
export const ProfileCounting = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("encoding"), encoding: EncodingName }),
  z.strictObject({ kind: z.literal("tokenizer"), tokenizerId: z.uuid() }),
  z.strictObject({ kind: z.literal("server"), serverId: z.uuid(), fallback: EncodingName }),
]);
export type ProfileCounting = z.infer<typeof ProfileCounting>;

/** What the KV cache of a model is made of; each may be unknown. */
export const KvShape = z.strictObject({
  /** Layers that keep a cache (attention layers of a hybrid model). */
  layers: z.int().min(1).max(10_000),
  kvHeads: z.int().min(1).max(10_000),
  headSize: z.int().min(1).max(100_000),
  cacheType: z.enum(["f32", "f16", "bf16", "f8", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]),
});
export type KvShape = z.infer<typeof KvShape>;

const windowFields = {
  contextWindow: z.int().min(1).max(MAX_WINDOW_TOKENS),
  parallelSlots: z.int().min(1).max(10_000),
  maxOutputTokens: z.int().min(0).max(MAX_WINDOW_TOKENS),
  /** Share of the available tokens, 0 to 1. */
  warningThreshold: z.number().gt(0).max(1),
  truncationEnabled: z.boolean(),
};

/** What is different for one service; null: as in the profile. */
export const ServiceOverride = z.strictObject({
  service: ServiceName,
  contextWindow: windowFields.contextWindow.nullable().default(null),
  maxOutputTokens: windowFields.maxOutputTokens.nullable().default(null),
  warningThreshold: windowFields.warningThreshold.nullable().default(null),
  truncationEnabled: z.boolean().nullable().default(null),
});
export type ServiceOverride = z.infer<typeof ServiceOverride>;

export const ProfileFields = z.strictObject({
  name: ModelName,
  /** Other names under which services and servers know the model. */
  modelNames: z.array(ModelName).max(20),
  ...windowFields,
  counting: ProfileCounting,
  chatTemplate: ChatTemplate,
  /** Removed first to last. */
  sectionPriorities: z.array(SectionPriority).max(200),
  overrides: z.array(ServiceOverride).max(100),
  kvShape: KvShape.nullable(),
  /** GiB of the model's weights, for the calculator; null: unknown. */
  weightsGib: z.number().gt(0).max(100_000).nullable(),
});
export type ProfileFields = z.infer<typeof ProfileFields>;

export const ModelProfile = ProfileFields.extend({
  id: z.uuid(),
  /** What is used where nobody names a model. Exactly one profile is. */
  isDefault: z.boolean(),
  /** One more at each save: who saves names the one that they saw. */
  version: z.int().min(1),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type ModelProfile = z.infer<typeof ModelProfile>;

/** A profile as it counts for one service. */
export const EffectiveProfile = z.object({
  profileId: z.uuid(),
  name: z.string(),
  ...windowFields,
  counting: ProfileCounting,
  chatTemplate: ChatTemplate,
  sectionPriorities: z.array(SectionPriority),
  /** Of one slot. */
  slotWindow: z.int(),
  availableTokens: z.int(),
  warningTokens: z.int(),
});
export type EffectiveProfile = z.infer<typeof EffectiveProfile>;
