import { judgeContext } from "@/domain/tokens/context-budget";
import type { TruncateAnswer, TruncateRequest } from "@/domain/tokens/count-request";
import type { PromptPart } from "@/domain/tokens/prompt-part";
import { rankSections } from "@/domain/tokens/section-order";
import { type Truncation, truncatePrompt } from "@/domain/tokens/truncate-prompt";
import type { SectionCount } from "@/domain/tokens/validation-record";
import { type Counting, countWith } from "./count-with";
import { measureParts } from "./measure-prompt";
import { promptPartsOf } from "./prompt-parts";
import { type Caller, isRecordedFor, originOf, recordPrompt, serviceOf } from "./record-prompt";
import type { TokensContext } from "./tokens-context";

/** Makes a prompt fit and records what went. While truncation is switched off the text comes back as it is, with the reason. */
export async function truncateToFit(
  ctx: TokensContext,
  input: TruncateRequest,
  caller: Caller,
): Promise<TruncateAnswer> {
  const { signal } = caller;
  const parts = await promptPartsOf(ctx, input, signal);
  const wanted = { ...input, service: serviceOf(caller, input) };
  return countWith({ ctx, wanted, signal }, async (counting) => {
    const { profile, model } = counting;
    const priorities = input.priorities ?? profile.sectionPriorities;
    const maxTokens = input.maxTokens ?? profile.availableTokens;
    const isOn = ctx.contextTruncationEnabled && profile.truncationEnabled;
    const { markRemoved, suffix } = input;
    const result = isOn
      ? await truncatePrompt(parts, { maxTokens, priorities, markRemoved, suffix }, counting)
      : await leaveAsItIs(parts, counting);
    const { originalTokens, finalTokens, removed, wasCut, text } = result;
    const wasTruncated = removed.length > 0 || wasCut;
    const reason = finalTokens > maxTokens ? offReason(ctx, profile.name) : null;
    const sections = isRecordedFor(caller.actor)
      ? await countSections({ parts, priorities, originalTokens }, counting)
      : null;
    const method = counting.method();
    const origin = originOf(caller, input);
    const record = {
      ...origin,
      ...{ model, profileId: profile.profileId, tokens: originalTokens, finalTokens },
      // Of the prompt as it came, against the profile: a limit of the caller's own says nothing of how full the context is.
      ...{ availableTokens: profile.availableTokens, contextWindow: profile.slotWindow },
      maxOutputTokens: profile.maxOutputTokens,
      ...judgeContext(originalTokens, profile, profile.warningThreshold),
      ...{ wasTruncated, removed, sections, method },
    };
    const original = parts.map((part) => part.text).join("");
    return {
      ...{ text, originalTokens, finalTokens, maxTokens, removed, wasCut, wasTruncated },
      ...{ reason, method, profile: profile.name, requestId: origin.requestId },
      recorded: await recordPrompt(ctx, caller, { record, text: original }),
    };
  });
}

async function leaveAsItIs(parts: readonly PromptPart[], counting: Counting): Promise<Truncation> {
  const text = parts.map((part) => part.text).join("");
  const [tokens = 0] = await counting.count([text]);
  return { text, originalTokens: tokens, finalTokens: tokens, removed: [], wasCut: false };
}

function offReason({ contextTruncationEnabled }: TokensContext, profile: string): string {
  return contextTruncationEnabled
    ? `Truncation is switched off in the profile ${profile}, so the prompt is as it came and does not fit.`
    : "Truncation is switched off by CONTEXT_TRUNCATION_ENABLED, so the prompt is as it came and does not fit.";
}

/** What the sections had before any went; null where there are none. */
async function countSections(
  {
    parts,
    priorities,
    originalTokens,
  }: {
    parts: readonly PromptPart[];
    priorities: Parameters<typeof rankSections>[1];
    originalTokens: number;
  },
  counting: Counting,
): Promise<SectionCount[] | null> {
  const ranked = rankSections(parts, priorities);
  if (ranked.length === 0 || originalTokens === 0) return null;
  const { totals } = await measureParts(
    parts.map(({ text }) => text),
    counting,
  );
  return ranked.map(({ index, name, priority, required }) => ({
    ...{ name, tokens: totals[index] ?? 0, priority, required },
  }));
}
