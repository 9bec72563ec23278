import { type ContextBudget, contextBudgetOf } from "@/domain/tokens/context-budget";
import type { EffectiveProfile } from "@/domain/tokens/model-profile";
import { AppError } from "@/server/errors";

/** The budget of a profile, with what the caller reserves instead. Throws INVALID when nothing is left for a prompt. */
export function windowOf(
  profile: EffectiveProfile,
  maxOutputTokens: number | undefined,
): ContextBudget {
  try {
    return contextBudgetOf({
      ...profile,
      maxOutputTokens: maxOutputTokens ?? profile.maxOutputTokens,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError("INVALID", `maxOutputTokens: ${error.message}`, { cause: error });
  }
}
