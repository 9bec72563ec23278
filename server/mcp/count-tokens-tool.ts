import * as z from "zod";
import { CountAnswer } from "@/domain/tokens/count-request";
import { ModelName } from "@/domain/tokens/model-profile";
import { defineTool } from "./tool";

/** In characters: whoever has more uploads it elsewhere. */
const MAX_TOOL_TEXT = 200_000;

export const promptArguments = {
  text: z.string().max(MAX_TOOL_TEXT, "200,000 characters at most"),
  model: ModelName.optional().describe("A model or profile by its name; left out: the default"),
};

/** `tokens.count`. */
export const countTokensTool = defineTool({
  name: "count_tokens",
  title: "Tokens of a text",
  description:
    "How many tokens a text has for a model, and how they were counted: by the model server, its tokenizer, an encoding, or an estimate, with the error that was measured. An encoding (cl100k_base, o200k_base, p50k_base, r50k_base) goes before the model's own way.",
  input: z.strictObject({ ...promptArguments, encoding: z.string().max(64).optional() }),
  output: CountAnswer.pick({ tokens: true, method: true }),
  async read({ call }, input) {
    const { tokens, method } = await call.tokens.count(input);
    const warning = method.warning === null ? "" : ` ${method.warning}`;
    return {
      summary: `The text has ${tokens} tokens, counted by ${method.kind} ${method.name}.${warning}`,
      data: { tokens, method },
    };
  },
});
