import type { CountMethod } from "@/domain/tokens/count-method";
import { DEFAULT_ENCODING, type Encoding, isEncoding } from "@/domain/tokens/encodings";
import type { EffectiveProfile } from "@/domain/tokens/model-profile";
import type { PromptCounter } from "@/domain/tokens/prompt-part";
import {
  type CountSource,
  encodingSource,
  estimateSource,
  serverSource,
  SourceFailed,
  tokenizerSource,
} from "./count-sources";
import type { TokensContext } from "./tokens-context";

/** What the caller names to be counted by. */
export interface Wanted {
  model?: string | undefined;
  service?: string | undefined;
  encoding?: string | undefined;
}

/** One way to count, for the whole of a call: what is compared was counted by the same. */
export interface Counting extends PromptCounter {
  profile: EffectiveProfile;
  /** What records and errors are kept under: the profile that is known by the name, or the name. */
  model: string;
  /** Each text is sent on once, and the empty one never. */
  count(texts: readonly string[]): Promise<number[]>;
  countBytes(bytes: Uint8Array): Promise<number>;
  /** How it was counted, once it was. */
  method(): CountMethod;
}

/**
 * Does the work with the truest source there is: an encoding that the caller named, else what the profile says, a server before a
 * tokenizer before an encoding before an estimate. When a source fails, all of the work is done again with the next, and the method says so.
 */
export async function countWith<Value>(
  { ctx, wanted, signal }: { ctx: TokensContext; wanted: Wanted; signal: AbortSignal },
  work: (counting: Counting) => Promise<Value>,
): Promise<Value> {
  const { profile, isKnown } = await ctx.models.effective(wanted);
  const model = isKnown || wanted.model === undefined ? profile.name : wanted.model;
  const warnings = warningsOf(wanted, { profile, isKnown });
  const sources = sourcesOf(profile, wanted.encoding, { ctx, signal });
  for (;;) {
    const source = sources.shift() ?? estimateSource();
    try {
      return await work(countingOf(source, { profile, model, warnings, errors: ctx.errors }));
    } catch (error) {
      if (!(error instanceof SourceFailed)) throw error;
      const next = sources[0]?.name() ?? "a quarter of the characters";
      warnings.push(`${error.sentence} Counted with ${next} instead.`);
    }
  }
}

function warningsOf(
  { model, encoding }: Wanted,
  { profile, isKnown }: { profile: EffectiveProfile; isKnown: boolean },
): string[] {
  const warnings: string[] = [];
  if (encoding !== undefined && !isEncoding(encoding))
    warnings.push(`The encoding "${encoding}" is not known: counted with ${DEFAULT_ENCODING}.`);
  if (model !== undefined && !isKnown)
    warnings.push(`No profile has the model "${model}": the profile ${profile.name} is used.`);
  return warnings;
}

function sourcesOf(
  { counting }: EffectiveProfile,
  named: string | undefined,
  { ctx, signal }: { ctx: TokensContext; signal: AbortSignal },
): CountSource[] {
  const encoding = (name: Encoding) => encodingSource(name, ctx, signal);
  if (named !== undefined) return [encoding(isEncoding(named) ? named : DEFAULT_ENCODING)];
  switch (counting.kind) {
    case "server":
      return [serverSource(counting.serverId, ctx, signal), encoding(counting.fallback)];
    case "tokenizer":
      return [tokenizerSource(counting.tokenizerId, ctx, signal), encoding(DEFAULT_ENCODING)];
    case "encoding":
      return [encoding(counting.encoding)];
  }
}

function countingOf(
  source: CountSource,
  known: Pick<Counting, "profile" | "model"> & {
    warnings: readonly string[];
    errors: TokensContext["errors"];
  },
): Counting {
  const { profile, model, warnings, errors } = known;
  return {
    profile,
    model,
    async count(texts) {
      const different = [...new Set(texts)].filter((text) => text !== "");
      const tokens = different.length === 0 ? [] : await source.count(different);
      const byText = new Map(different.map((text, place) => [text, tokens[place] ?? 0]));
      return texts.map((text) => byText.get(text) ?? 0);
    },
    countPieces: (text) => source.countPieces(text),
    countBytes: (bytes) => (bytes.length === 0 ? Promise.resolve(0) : source.countBytes(bytes)),
    method() {
      const method = { kind: source.kind, name: source.name() };
      const measured = errors.errorOf(model, method);
      return {
        ...method,
        errorPercent: measured?.errorPercent ?? null,
        measuredCalls: measured?.calls ?? 0,
        warning: warnings.length === 0 ? null : warnings.join(" "),
      };
    },
  };
}
