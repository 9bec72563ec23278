import * as z from "zod";
import { judgeContext } from "@/domain/tokens/context-budget";
import { CountMethod } from "@/domain/tokens/count-method";
import { ServiceName } from "@/domain/tokens/model-profile";
import { promptArguments } from "./count-tokens-tool";
import { defineTool } from "./tool";

const ValidatePromptAnswer = z.object({
  outcome: z.enum(["ok", "warning", "over"]).describe("over: it does not fit"),
  promptTokens: z.int(),
  availableTokens: z.int(),
  contextWindow: z.int().describe("Of one slot: available tokens and those of the answer"),
  maxOutputTokens: z.int(),
  utilization: z.number().describe("promptTokens / availableTokens; past 1 it does not fit"),
  method: CountMethod,
  profile: z.string(),
});

/** `tokens.count` and `tokens.budget`, judged as `tokens.validate` does, which records what it is asked: a tool only reads. */
export const validatePromptTool = defineTool({
  name: "validate_prompt",
  title: "Whether a prompt fits",
  description:
    "Whether a prompt fits into the context of a model beside the tokens that are reserved for the answer. A dry run: nothing is recorded.",
  input: z.strictObject({
    ...promptArguments,
    service: ServiceName.optional().describe("Whose settings count, where a service has its own"),
    maxOutputTokens: z.int().min(0).max(100_000_000).optional(),
  }),
  output: ValidatePromptAnswer,
  async read({ call }, { text, ...wanted }) {
    const { model } = wanted;
    const [counted, budget] = await Promise.all([
      call.tokens.count({ text, ...(model !== undefined && { model }) }),
      call.tokens.budget(wanted),
    ]);
    const { availableForPrompt: availableTokens, contextWindow, maxOutputTokens, profile } = budget;
    const { tokens: promptTokens, method } = counted;
    const { outcome, utilization } = judgeContext(
      promptTokens,
      { availableTokens },
      profile.warningThreshold,
    );
    const verdict = outcome === "over" ? "does not fit" : "fits";
    return {
      summary: `The prompt ${verdict}: ${promptTokens} of ${availableTokens} available tokens${outcome === "warning" ? ", which is near the limit" : ""}.`,
      data: {
        ...{ outcome, promptTokens, availableTokens, contextWindow, maxOutputTokens, utilization },
        ...{ method, profile: profile.name },
      },
    };
  },
});
