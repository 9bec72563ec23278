import { chatSegments, contentsOf } from "@/domain/tokens/chat-segments";
import type { ChatMessage, PromptSection } from "@/domain/tokens/prompt-section";
import { spreadTotals, totalsOf } from "@/domain/tokens/section-totals";
import type { Counting } from "./count-with";

/** A prompt as it comes: one of the three. */
export interface Prompt {
  text?: string | null | undefined;
  messages?: readonly ChatMessage[] | undefined;
  sections?: readonly PromptSection[] | undefined;
}

export interface MeasuredPrompt {
  tokens: number;
  sections: { name: string; tokens: number }[] | null;
  overheadTokens: number | null;
}

export async function measurePrompt(
  { text, messages, sections }: Prompt,
  counting: Counting,
): Promise<MeasuredPrompt> {
  if (messages) return measureMessages(messages, counting);
  if (sections) {
    const texts = sections.map((section) => section.text);
    const { tokens, totals } = await measureParts(texts, counting);
    const named = sections.map(({ name }, place) => ({ name, tokens: totals[place] ?? 0 }));
    return { tokens, sections: named, overheadTokens: null };
  }
  const [tokens = 0] = await counting.count([text ?? ""]);
  return { tokens, sections: null, overheadTokens: null };
}

/** Texts that stand one behind the other: the tokens of each, which add up to the whole. */
export async function measureParts(
  texts: readonly string[],
  counting: Counting,
): Promise<{ tokens: number; totals: number[] }> {
  const whole = texts.join("");
  const pieces = await counting.countPieces(whole);
  if (pieces) return { tokens: pieces.tokens.at(-1) ?? 0, totals: totalsOf(texts, pieces) };
  const [tokens = 0, ...own] = await counting.count([whole, ...texts]);
  return { tokens, totals: spreadTotals(own, tokens) };
}

async function measureMessages(
  messages: readonly ChatMessage[],
  counting: Counting,
): Promise<MeasuredPrompt> {
  const segments = chatSegments(counting.profile.chatTemplate, messages);
  const contents = contentsOf(messages);
  const counts = await counting.count([...segments.texts, ...contents]);
  const sum = (of: readonly number[]) => of.reduce((total, tokens) => total + tokens, 0);
  const tokens = segments.specialTokens + sum(counts.slice(0, segments.texts.length));
  const own = sum(counts.slice(segments.texts.length));
  // A template that trims the contents may leave less than they are by themselves.
  return { tokens, sections: null, overheadTokens: Math.max(0, tokens - own) };
}
