import type { ChatMessage } from "./prompt-section";
import type { ChatTemplate } from "./model-profile";

/** What a chat is made of when it is rendered: the tokens are those of all texts, each for itself, and one a special token. */
export interface ChatSegments {
  texts: string[];
  /** Tokens that stand for no text: they also keep the texts beside them apart. */
  specialTokens: number;
}

type Render = (messages: readonly ChatMessage[]) => ChatSegments;

/**
 * What a template makes of messages, up to where the answer begins.
 * - `openai`: 3 tokens a message and its role, content and name, 1 more for a name, 3 that begin the answer. OpenAI's cookbook, "How to
 *   count tokens with tiktoken", `num_tokens_from_messages` for gpt-3.5-turbo-0125, gpt-4 and gpt-4o.
 * - `chatml`: `<|im_start|>ROLE⏎CONTENT<|im_end|>⏎` each, then `<|im_start|>assistant⏎` (Qwen's and Hermes' chat_template; names are not
 *   rendered there).
 * - `llama3`: `<|begin_of_text|>`, then `<|start_header_id|>ROLE<|end_header_id|>⏎⏎CONTENT<|eot_id|>` each with the content trimmed, then
 *   the header of `assistant` and two line feeds (Meta's model card, "Llama 3 prompt format", and the chat_template of its models).
 * - `none`: the contents alone.
 */
const renders: Readonly<Record<ChatTemplate, Render>> = {
  openai: (messages) => ({
    texts: messages.flatMap(({ role, content, name }) => [role, content ?? "", name ?? ""]),
    specialTokens:
      messages.reduce((sum, { name }) => sum + 3 + (name === undefined ? 0 : 1), 0) + 3,
  }),
  chatml: (messages) => ({
    texts: [
      ...messages.flatMap(({ role, content }) => [`${role}\n${content ?? ""}`, "\n"]),
      "assistant\n",
    ],
    specialTokens: messages.length * 2 + 1,
  }),
  llama3: (messages) => ({
    texts: [
      ...messages.flatMap(({ role, content }) => [role, `\n\n${(content ?? "").trim()}`]),
      "assistant",
      "\n\n",
    ],
    specialTokens: 1 + messages.length * 3 + 2,
  }),
  none: (messages) => ({ texts: contentsOf(messages), specialTokens: 0 }),
};

export function chatSegments(
  template: ChatTemplate,
  messages: readonly ChatMessage[],
): ChatSegments {
  return renders[template](messages);
}

/** Of each message, in order. */
export function contentsOf(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ content }) => content ?? "");
}
