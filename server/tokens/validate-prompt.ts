import { judgeContext } from "@/domain/tokens/context-budget";
import type { ValidateAnswer, ValidateRequest } from "@/domain/tokens/count-request";
import type { PromptPart } from "@/domain/tokens/prompt-part";
import { rankSections } from "@/domain/tokens/section-order";
import type { SectionCount } from "@/domain/tokens/validation-record";
import { type Counting, countWith } from "./count-with";
import { measureParts, type MeasuredPrompt, measurePrompt } from "./measure-prompt";
import { promptPartsOf } from "./prompt-parts";
import { type Caller, isRecordedFor, originOf, recordPrompt, serviceOf } from "./record-prompt";
import type { TokensContext } from "./tokens-context";
import { utilizationError, utilizationWarning } from "./utilization-sentence";
import { windowOf } from "./window-of";

/** Says whether a prompt fits, and records that it was asked. Throws INVALID when the answer leaves nothing for a prompt. */
export async function validatePrompt(
  ctx: TokensContext,
  input: ValidateRequest,
  caller: Caller,
): Promise<ValidateAnswer> {
  const { signal } = caller;
  const parts = await promptPartsOf(ctx, input, signal);
  const wanted = { ...input, service: serviceOf(caller, input) };
  return countWith({ ctx, wanted, signal }, async (counting) => {
    const { profile, model } = counting;
    const budget = windowOf(profile, input.maxOutputTokens);
    const measured = await measure({ input, parts }, counting);
    const { availableTokens, slotWindow: contextWindow, maxOutputTokens } = budget;
    const { tokens } = measured;
    const judged = judgeContext(tokens, budget, profile.warningThreshold);
    const { utilization, outcome } = judged;
    const method = counting.method();
    const origin = originOf(caller, input);
    const record = {
      ...origin,
      ...{ model, profileId: profile.profileId, tokens, finalTokens: tokens },
      ...{ availableTokens, contextWindow, maxOutputTokens, utilization, outcome },
      ...{ wasTruncated: false, removed: [], sections: measured.counts, method },
    };
    if (outcome !== "ok" && isRecordedFor(caller.actor)) {
      const { service, requestId } = origin;
      const share = { availableTokens, utilization, outcome };
      ctx.logger.warn(
        // `service` of a line is the portal itself.
        { ...{ promptService: service, promptRequestId: requestId }, model, tokens, ...share },
        "High context utilization",
      );
    }
    return {
      isValid: outcome !== "over",
      ...{ outcome, promptTokens: tokens, availableTokens, contextWindow, maxOutputTokens },
      utilization,
      warning: outcome === "warning" ? utilizationWarning(tokens, availableTokens) : null,
      error: outcome === "over" ? utilizationError(tokens, budget) : null,
      method,
      sections: measured.sections,
      profile: profile.name,
      requestId: origin.requestId,
      recorded: await recordPrompt(ctx, caller, { record, text: textOf(input) }),
    };
  });
}

type Measured = MeasuredPrompt & {
  /** Of the sections, also of those that are headings of a text; null where there are none. */
  counts: SectionCount[] | null;
};

/** Sections are counted with the whole, also those of a text: the ledger tells what leaving them out would have saved. */
async function measure(
  { input, parts }: { input: ValidateRequest; parts: readonly PromptPart[] },
  counting: Counting,
): Promise<Measured> {
  if (!parts.some(({ name }) => name !== null))
    return { ...(await measurePrompt(input, counting)), counts: null };
  const { tokens, totals } = await measureParts(
    parts.map(({ text }) => text),
    counting,
  );
  const ranked = rankSections(parts, counting.profile.sectionPriorities);
  const counts = ranked.map(({ index, name, priority, required }) => ({
    ...{ name, tokens: totals[index] ?? 0, priority, required },
  }));
  const sections = counts.map(({ name, tokens: own }) => ({ name, tokens: own }));
  return { tokens, sections: input.sections ? sections : null, overheadTokens: null, counts };
}

/** For a sample, where they are kept. */
function textOf({ text, sections, messages }: ValidateRequest): string {
  if (messages) return messages.map(({ role, content }) => `${role}: ${content ?? ""}`).join("\n");
  return sections?.map((section) => section.text).join("") ?? text ?? "";
}
