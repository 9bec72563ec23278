import type { ProfileFields } from "@/domain/tokens/model-profile";

/** A profile as a row of the audit holds it. Sections are told by name: two hundred of them must fit. */
export function auditedProfile(id: string, fields: ProfileFields): object {
  const { sectionPriorities, ...rest } = fields;
  return {
    id,
    name: rest.name,
    modelNames: rest.modelNames,
    contextWindow: rest.contextWindow,
    parallelSlots: rest.parallelSlots,
    maxOutputTokens: rest.maxOutputTokens,
    warningThreshold: rest.warningThreshold,
    truncationEnabled: rest.truncationEnabled,
    counting: rest.counting,
    chatTemplate: rest.chatTemplate,
    sectionPriorities: sectionPriorities
      .map(({ name, required }) => (required ? `${name} (required)` : name))
      .join(", "),
    overrides: rest.overrides,
    kvShape: rest.kvShape,
    weightsGib: rest.weightsGib,
  };
}
