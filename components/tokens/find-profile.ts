import type { ModelProfile } from "@/domain/tokens/model-profile";

/** How the prompts of a service to a model are handled, as the server does it. */
export interface UsedProfile {
  name: string;
  warningThreshold: number;
  maxOutputTokens: number;
  truncationEnabled: boolean;
}

/** The profile that has this name or lists it, else the default, with what is different for the service; null while none is known. */
export function findProfile(
  profiles: readonly ModelProfile[],
  { model, service }: { model: string; service: string | null },
): UsedProfile | null {
  const wanted = model.toLowerCase();
  const isCalled = ({ name, modelNames }: ModelProfile) =>
    [name, ...modelNames].some((one) => one.toLowerCase() === wanted);
  const profile = profiles.find(isCalled) ?? profiles.find(({ isDefault }) => isDefault);
  if (!profile) return null;
  const own = profile.overrides.find((one) => one.service === service);
  return {
    name: profile.name,
    warningThreshold: own?.warningThreshold ?? profile.warningThreshold,
    maxOutputTokens: own?.maxOutputTokens ?? profile.maxOutputTokens,
    truncationEnabled: own?.truncationEnabled ?? profile.truncationEnabled,
  };
}
