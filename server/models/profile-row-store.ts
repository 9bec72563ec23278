import {
  ChatTemplate,
  KvShape,
  type ModelProfile,
  ProfileCounting,
  type ProfileFields,
  ServiceOverride,
} from "@/domain/tokens/model-profile";
import { SectionPriority } from "@/domain/tokens/prompt-section";
import { Prisma, type ModelProfile as ProfileRow } from "@/prisma/generated/client";

/** The columns of JSON are parsed by the schemas that wrote them. */
export function profileOf(row: ProfileRow): ModelProfile {
  return {
    id: row.id,
    name: row.name,
    modelNames: row.modelNames,
    contextWindow: row.contextWindow,
    parallelSlots: row.parallelSlots,
    maxOutputTokens: row.maxOutputTokens,
    warningThreshold: row.warningThreshold,
    truncationEnabled: row.truncationEnabled,
    counting: ProfileCounting.parse(row.counting),
    chatTemplate: ChatTemplate.parse(row.chatTemplate),
    sectionPriorities: SectionPriority.array().parse(row.sectionPriorities),
    overrides: ServiceOverride.array().parse(row.overrides),
    kvShape: row.kvShape === null ? null : KvShape.parse(row.kvShape),
    weightsGib: row.weightsGib,
    isDefault: row.isDefault,
    version: row.version,
    createdAtMs: row.createdAt.getTime(),
    updatedAtMs: row.updatedAt.getTime(),
  };
}

/** What counting refers to stands in columns of its own too, so that it cannot be deleted meanwhile. */
export function columnsOf(fields: ProfileFields) {
  const { counting, kvShape } = fields;
  return {
    name: fields.name,
    modelNames: fields.modelNames,
    contextWindow: fields.contextWindow,
    parallelSlots: fields.parallelSlots,
    maxOutputTokens: fields.maxOutputTokens,
    warningThreshold: fields.warningThreshold,
    truncationEnabled: fields.truncationEnabled,
    counting,
    tokenizerId: counting.kind === "tokenizer" ? counting.tokenizerId : null,
    serverId: counting.kind === "server" ? counting.serverId : null,
    chatTemplate: fields.chatTemplate,
    sectionPriorities: fields.sectionPriorities,
    overrides: fields.overrides,
    kvShape: kvShape ?? Prisma.DbNull,
    weightsGib: fields.weightsGib,
  };
}
