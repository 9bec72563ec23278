import * as z from "zod";

/**
 * How a count was made, the truest first: the model server's own `/tokenize`, the model's `tokenizer.json`, an encoding of tiktoken
 * (exact for itself, an estimate for any other model), or characters divided by four.
 */
export const CountMethodKind = z.enum(["server", "tokenizer", "encoding", "estimate"]);
export type CountMethodKind = z.infer<typeof CountMethodKind>;

export const CountMethod = z.object({
  kind: CountMethodKind,
  /** Name of the server, of the tokenizer or of the encoding; `characters` of an estimate. */
  name: z.string(),
  /** Mean of (counted − reported) / reported over calls whose usage the server reported, in percent; null: not measured. */
  errorPercent: z.number().nullable(),
  /** The calls behind `errorPercent`. */
  measuredCalls: z.int().min(0),
  /** What the caller should know: an unknown encoding, a server that did not answer and what was used instead. */
  warning: z.string().nullable(),
});
export type CountMethod = z.infer<typeof CountMethod>;
