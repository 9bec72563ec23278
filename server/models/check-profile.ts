import { contextBudgetOf } from "@/domain/tokens/context-budget";
import type { ModelProfile, ProfileFields } from "@/domain/tokens/model-profile";
import { AppError } from "@/server/errors";

/** Names are compared without regard to case: services and servers write the same model in several ways. */
export const nameKey = (name: string) => name.toLowerCase();

/** Its own name and repeated ones are no other names. */
export function tidyProfile(fields: ProfileFields): ProfileFields {
  const seen = new Set([nameKey(fields.name)]);
  const modelNames = fields.modelNames.filter((name) => {
    const isNew = !seen.has(nameKey(name));
    seen.add(nameKey(name));
    return isNew;
  });
  return { ...fields, modelNames };
}

/** Throws INVALID when a window leaves nothing for a prompt, for all or for one service, or a service or section is there twice. */
export function checkProfile(fields: ProfileFields): void {
  checkRoom(fields, "");
  const services = new Set<string>();
  for (const override of fields.overrides) {
    if (services.has(override.service))
      throw new AppError(
        "INVALID",
        `The service ${override.service} has two overrides. Keep one of them.`,
      );
    services.add(override.service);
    const { contextWindow, maxOutputTokens } = override;
    checkRoom(
      {
        ...fields,
        contextWindow: contextWindow ?? fields.contextWindow,
        maxOutputTokens: maxOutputTokens ?? fields.maxOutputTokens,
      },
      ` for the service ${override.service}`,
    );
  }
  const sections = new Set<string>();
  for (const { name } of fields.sectionPriorities) {
    if (sections.has(nameKey(name)))
      throw new AppError("INVALID", `The section ${name} is in the list twice. Keep one of them.`);
    sections.add(nameKey(name));
  }
}

function checkRoom(window: ProfileFields, whose: string): void {
  try {
    contextBudgetOf(window);
  } catch {
    const slot = Math.floor(window.contextWindow / window.parallelSlots);
    throw new AppError(
      "INVALID",
      `Nothing is left for a prompt${whose}: the answer keeps ${window.maxOutputTokens} tokens, and a slot has ${slot}. Max output tokens must be less than the window divided by the slots.`,
    );
  }
}

/** Throws INVALID when another profile has one of the names: a model belongs to one profile. */
export function checkNames(fields: ProfileFields, others: readonly ModelProfile[]): void {
  const owners = new Map(
    others.flatMap((other) =>
      [other.name, ...other.modelNames].map((name) => [nameKey(name), other.name] as const),
    ),
  );
  for (const name of [fields.name, ...fields.modelNames]) {
    const owner = owners.get(nameKey(name));
    if (owner !== undefined)
      throw new AppError(
        "INVALID",
        `The profile ${owner} has the name ${name} already. A name belongs to one profile: take another, or remove it there.`,
      );
  }
}
