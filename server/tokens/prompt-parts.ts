import type { PromptPart } from "@/domain/tokens/prompt-part";
import type { TokensContext } from "./tokens-context";

interface PartedPrompt {
  sections?: readonly PromptPart[] | undefined;
  text?: string | null | undefined;
}

/** The sections of a prompt as they came, or those that its text has by headings and markers. */
export async function promptPartsOf(
  { workers }: Pick<TokensContext, "workers">,
  { sections, text }: PartedPrompt,
  signal: AbortSignal,
): Promise<readonly PromptPart[]> {
  return sections ?? (await workers.parseSections(text ?? "", signal));
}
