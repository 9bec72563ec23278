import { contextBudgetOf } from "@/domain/tokens/context-budget";
import type { EffectiveProfile, ModelProfile } from "@/domain/tokens/model-profile";

/** The profile as it counts for a service: what an override leaves out is as in the profile. */
export function effectiveProfile(
  profile: ModelProfile,
  service: string | undefined,
): EffectiveProfile {
  const override = profile.overrides.find((one) => one.service === service);
  const window = {
    contextWindow: override?.contextWindow ?? profile.contextWindow,
    parallelSlots: profile.parallelSlots,
    maxOutputTokens: override?.maxOutputTokens ?? profile.maxOutputTokens,
    warningThreshold: override?.warningThreshold ?? profile.warningThreshold,
  };
  const { slotWindow, availableTokens, warningTokens } = contextBudgetOf(window);
  return {
    profileId: profile.id,
    name: profile.name,
    ...window,
    truncationEnabled: override?.truncationEnabled ?? profile.truncationEnabled,
    counting: profile.counting,
    chatTemplate: profile.chatTemplate,
    sectionPriorities: profile.sectionPriorities,
    slotWindow,
    availableTokens,
    warningTokens,
  };
}
