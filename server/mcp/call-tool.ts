import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { getTRPCErrorFromUnknown } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { isAppError } from "@/server/errors";
import { httpErrorOf, validationSentence } from "@/server/http/error-answer";
import type { Logger } from "@/server/logger";
import type { Context } from "@/server/trpc/context";
import { type Tool, toolContextOf } from "./tool";

/**
 * Calls a tool. What goes wrong is an answer too, with a sentence that says what to do, so that a model can correct itself; the text of
 * an unknown failure stays in the log.
 */
export async function callTool(
  tool: Tool,
  args: unknown,
  { context, logger }: { context: Context; logger: Logger },
): Promise<CallToolResult> {
  try {
    const { summary, data } = await tool.answer(toolContextOf(context), args);
    // The data stands there twice: clients give a model either the text or the structured content.
    const texts = [summary, JSON.stringify(data)];
    return {
      content: texts.map((text) => ({ type: "text", text })),
      structuredContent: data,
    };
  } catch (thrown) {
    const { requestId } = context;
    const error = getTRPCErrorFromUnknown(thrown);
    const text = sentenceOf(error);
    // What a caller did is not logged; of a failure of ours the cause alone is in the log.
    if (text === null || isFailure(error))
      logger[text === null ? "error" : "warn"](
        { err: error.cause ?? error, tool: tool.name, requestId },
        "A tool failed",
      );
    return {
      isError: true,
      content: [
        {
          type: "text",
          text: text ?? `The server failed. Its log says why, under the request id ${requestId}.`,
        },
      ],
    };
  }
}

/** What a procedure threw, or the tool itself. */
type Thrown = ReturnType<typeof getTRPCErrorFromUnknown>;

/** An AppError of a tool itself comes without the code that the procedures' middleware gives it. */
function isFailure(error: Thrown): boolean {
  const { cause } = error;
  const status = isAppError(cause) ? httpErrorOf(cause).status : getHTTPStatusCodeFromError(error);
  return status >= 500;
}

/** Null of a failure whose text must stay inside. */
function sentenceOf({ cause, code, message }: Thrown): string | null {
  if (isAppError(cause)) return cause.message;
  if (code === "INTERNAL_SERVER_ERROR") return null;
  // A refusal has no cause, and its message is ours.
  return cause === undefined ? message : (validationSentence(cause, "arguments") ?? null);
}
