import * as z from "zod";
import { splitBehaviors } from "./hugging-face-split";
import { UnsupportedTokenizer } from "./hugging-face-error";
import { compilePattern } from "./hugging-face-pattern";

/** A normalizer or pre-tokenizer as it stands in the file: its `type`, and options of its own. */
const Component = z.looseObject({ type: z.string() });
type Component = z.infer<typeof Component>;

const MAX_PARTS = 50;

/** One maker for each type that is known. `Part` is what it becomes. */
export type Makers<Part> = Readonly<Record<string, (component: Component) => Part>>;

/**
 * Reads a component, or the parts of a `Sequence`, which may be nested; null is none. `what` names it in sentences: "normalizer". Throws
 * UnsupportedTokenizer.
 */
export function readComponents<Part>(
  json: unknown,
  { what, listKey, makers }: { what: string; listKey: string; makers: Makers<Part> },
): Part[] {
  const parts: Part[] = [];
  const read = (one: unknown): void => {
    const component = options(Component, one, what);
    const { type } = component;
    if (type === "Sequence") {
      options(z.array(z.unknown()), component[listKey], what).forEach(read);
      return;
    }
    const make = Object.hasOwn(makers, type) ? makers[type] : undefined;
    if (!make) throw new UnsupportedTokenizer(`The ${what} ${nameOf(type)} is not supported.`);
    parts.push(make(component));
    if (parts.length > MAX_PARTS)
      throw new UnsupportedTokenizer(`The ${what} has more than ${MAX_PARTS} parts.`);
  };
  if (json !== null && json !== undefined) read(json);
  return parts;
}

/** The file's own word in a sentence: only if it looks like one. */
export function nameOf(word: string): string {
  return /^[A-Za-z]{1,40}$/.test(word) ? word : "of this file";
}

/** `json` by a schema; what is wrong becomes a sentence. */
export function options<Value>(schema: z.ZodType<Value>, json: unknown, what: string): Value {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).join(".").slice(0, 100);
  throw new UnsupportedTokenizer(
    `The ${what} is not as Hugging Face's tokenizers write it${path === "" ? "" : ` (at ${path})`}.`,
  );
}

/** `{"Regex": …}`, `{"String": …}`, or a text as itself, as a pattern to find all matches with. */
export const TextPattern = z
  .union([
    z.object({ Regex: z.string() }),
    z.object({ String: z.string() }),
    z.string().transform((text) => ({ String: text })),
  ])
  .transform((pattern) =>
    "Regex" in pattern ? compilePattern(pattern.Regex) : literalPattern(pattern.String),
  );

export const Behavior = z.enum(splitBehaviors);

/** Finds this text; an empty one is found nowhere. */
export function literalPattern(text: string): RegExp {
  const escaped = Array.from(
    text.toWellFormed(),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  ).join("");
  return new RegExp(escaped === "" ? "(?!)" : escaped, "gv");
}
