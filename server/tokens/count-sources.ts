import type { CountMethodKind } from "@/domain/tokens/count-method";
import type { Encoding } from "@/domain/tokens/encodings";
import type { PieceCounts } from "@/domain/tokens/token-encoder";
import { isAppError } from "@/server/errors";
import type { TokenServices, Vocabulary } from "./token-services";

/** What can count: a model server, a tokenizer, an encoding, or a guess. */
export interface CountSource {
  kind: CountMethodKind;
  /** Of the server, tokenizer or encoding; known once it has counted. */
  name: () => string;
  count: (texts: readonly string[]) => Promise<number[]>;
  countPieces: (text: string) => Promise<PieceCounts | null>;
  countBytes: (bytes: Uint8Array) => Promise<number>;
}

/** A source cannot count now; the next one is asked. */
export class SourceFailed extends Error {
  /** For the caller: why. */
  readonly sentence: string;

  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "SourceFailed";
    this.sentence = sentence;
  }
}

type Services = Pick<TokenServices, "workers" | "tokenizers" | "modelServers">;

/** tiktoken's. Fails only when the workers do. */
export function encodingSource(
  encoding: Encoding,
  { workers }: Services,
  signal: AbortSignal,
): CountSource {
  const vocabulary: Vocabulary = { kind: "encoding", encoding };
  const guard = failingWith(["UNAVAILABLE"], signal);
  return {
    kind: "encoding",
    name: () => encoding,
    count: (texts) => guard(() => workers.count(vocabulary, texts, signal)),
    countPieces: (text) => guard(() => workers.countPieces(vocabulary, text, signal)),
    countBytes: (bytes) => guard(() => workers.countBytes(vocabulary, bytes, signal)),
  };
}

/** A tokenizer.json: fails when it is gone, or cannot be read any more. */
export function tokenizerSource(
  tokenizerId: string,
  { workers, tokenizers }: Services,
  signal: AbortSignal,
): CountSource {
  const guard = failingWith(["UNAVAILABLE", "NOT_FOUND", "INVALID", "TOO_LARGE"], signal);
  let opening: ReturnType<typeof tokenizers.vocabularyOf> | null = null;
  let known = "tokenizer";
  const open = async (): Promise<Vocabulary> => {
    const { vocabulary, name } = await (opening ??= tokenizers.vocabularyOf(tokenizerId));
    known = name;
    return vocabulary;
  };
  return {
    kind: "tokenizer",
    name: () => known,
    count: (texts) => guard(async () => workers.count(await open(), texts, signal)),
    countPieces: (text) => guard(async () => workers.countPieces(await open(), text, signal)),
    countBytes: (bytes) => guard(async () => workers.countBytes(await open(), bytes, signal)),
  };
}

/** A model server's own `/tokenize`: whatever goes wrong there, the next source counts. */
export function serverSource(
  serverId: string,
  { modelServers }: Services,
  signal: AbortSignal,
): CountSource {
  const guard = failingWith(null, signal);
  let known = "model server";
  return {
    kind: "server",
    name: () => known,
    count: (texts) =>
      guard(async () => {
        const { tokens, name } = await modelServers.count(serverId, texts, signal);
        known = name;
        return tokens;
      }),
    countPieces: () => Promise.resolve(null),
    countBytes: () =>
      Promise.reject(new SourceFailed("An upload is counted here and not sent to a model server.")),
  };
}

const CHARACTERS_A_TOKEN = 4;

/** A quarter of the characters: right for nobody, and there while nothing else is. */
export function estimateSource(): CountSource {
  return {
    kind: "estimate",
    name: () => "characters",
    count: (texts) => Promise.resolve(texts.map(({ length }) => estimate(length))),
    countPieces: () => Promise.resolve(null),
    countBytes: ({ length }) => Promise.resolve(estimate(length)),
  };
}

function estimate(characters: number): number {
  return Math.ceil(characters / CHARACTERS_A_TOKEN);
}

/** Turns errors of these codes into SourceFailed, or every error where it is null. Never one because the caller has left. */
function failingWith(codes: readonly string[] | null, signal: AbortSignal) {
  return async <Value>(work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      const isOurs = isAppError(error);
      if (codes !== null && !(isOurs && codes.includes(error.code))) throw error;
      throw new SourceFailed(isOurs ? error.message : "The model server could not count.", {
        cause: error,
      });
    }
  };
}
