import { type AnyTRPCRouter, callTRPCProcedure, getTRPCErrorFromUnknown } from "@trpc/server";
import { AppError, isAppError } from "@/server/errors";
import { errorAnswer, httpErrorOf } from "@/server/http/error-answer";
import { jsonAnswer, type WholeAnswer } from "@/server/http/route";
import type { Context } from "@/server/trpc/context";
import type { ListedProcedure } from "./list-procedures";

/**
 * Calls a procedure as tRPC does (middleware, validation of input and answer) and answers what it returned, as JSON. An input that is
 * not valid becomes a 422 with its fields; AppErrors, and whatever else a verb threw, are thrown for the listener to answer and log.
 */
export async function callProcedure(
  router: AnyTRPCRouter,
  { path, type }: ListedProcedure,
  { input, inputName, context }: { input: unknown; inputName: string; context: Context },
): Promise<WholeAnswer> {
  try {
    const data: unknown = await callTRPCProcedure({
      router,
      path,
      getRawInput: () => Promise.resolve(input),
      ctx: context,
      type,
      signal: context.signal,
      batchIndex: 0,
    });
    return jsonAnswer(data);
  } catch (thrown) {
    const { code, cause, message } = getTRPCErrorFromUnknown(thrown);
    if (isAppError(cause)) throw cause;
    // Only of the input: an answer that fails its own schema is a fault of the server.
    if (code === "BAD_REQUEST" && cause)
      return errorAnswer(httpErrorOf(cause, inputName), context.requestId);
    if (code === "UNAUTHORIZED") throw new AppError("UNAUTHENTICATED", message);
    if (code === "FORBIDDEN") throw new AppError("FORBIDDEN", message);
    throw thrown; // as tRPC wrapped it: an error of validation inside of a verb is no fault of the caller
  }
}
