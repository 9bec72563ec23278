import * as z from "zod";
import { AppError } from "@/server/errors";
import { validationSentence } from "@/server/http/error-answer";
import type { Context } from "@/server/trpc/context";
import { createCallerFactory } from "@/server/trpc/trpc";
import { appRouter } from "@/server/trpc/root";

const createCaller = createCallerFactory(appRouter);
export type Caller = ReturnType<typeof createCaller>;

/** What a tool may use: procedures as the key that asks, so that each keeps its own policy and bounds. */
export interface ToolContext {
  call: Caller;
  /** The portal's own machine, as its collector names it. */
  hostName: string;
  nowMs: () => number;
}

export function toolContextOf(context: Context): ToolContext {
  const { gpu, nowMs } = context;
  return { call: createCaller(context), hostName: gpu.hostName, nowMs };
}

/** What a tool gives back: a sentence or two for a person, and the same as data. */
interface ToolAnswer<Data> {
  summary: string;
  data: Data;
}

/** One tool as the endpoint lists it and calls it. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: Record<string, unknown>;
  outputSchema: Record<string, unknown>;
  /** Rejects with an AppError, also about the arguments, or with what a procedure threw. */
  answer: (ctx: ToolContext, args: unknown) => Promise<ToolAnswer<Record<string, unknown>>>;
}

interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  read: (ctx: ToolContext, input: z.output<Input>) => Promise<ToolAnswer<z.output<Output>>>;
}

/** A tool from its schemas and what it reads. Its answer passes the schema that the list promises. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { input, output, read, ...described } = definition;
  return {
    ...described,
    inputSchema: z.toJSONSchema(input, { target: "draft-7", io: "input" }),
    outputSchema: z.toJSONSchema(output, { target: "draft-7", io: "output" }),
    async answer(ctx, args) {
      const parsed = input.safeParse(args);
      if (!parsed.success)
        throw new AppError("INVALID", validationSentence(parsed.error, "arguments") ?? "");
      const { summary, data } = await read(ctx, parsed.data);
      return { summary, data: output.parse(data) };
    },
  };
}
