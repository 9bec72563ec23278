import type { Encoding } from "@/domain/tokens/encodings";
import type { TokenEncoder } from "@/domain/tokens/token-encoder";
import type { JobVocabulary } from "./worker-job";

interface Kept {
  encoder: TokenEncoder;
  /** Of its file: about as much is kept of it. */
  bytes: number;
}

/**
 * The encoders of one worker. Those of encodings stay, of tokenizers the ones that were used last, bounded in their number and in the bytes
 * of their files.
 */
export class EncoderCache {
  readonly #encodings = new Map<Encoding, TokenEncoder>();
  /** The one that was used last is the last. */
  readonly #tokenizers = new Map<string, Kept>();
  readonly #options: EncoderCacheOptions;

  constructor(options: EncoderCacheOptions) {
    this.#options = options;
  }

  /** `load` gives the bytes of a tokenizer that is not here. */
  async encoderOf(
    vocabulary: JobVocabulary,
    load: () => Promise<Uint8Array>,
  ): Promise<TokenEncoder> {
    if (vocabulary.kind === "encoding") return this.#encoding(vocabulary.encoding);
    const { id } = vocabulary;
    const known = this.#tokenizers.get(id);
    const kept = known ?? (await this.#open(load));
    this.#tokenizers.delete(id);
    this.#tokenizers.set(id, kept);
    this.#dropOldest();
    return kept.encoder;
  }

  #encoding(encoding: Encoding): TokenEncoder {
    const encoder = this.#encodings.get(encoding) ?? this.#options.openEncoding(encoding);
    this.#encodings.set(encoding, encoder);
    return encoder;
  }

  async #open(load: () => Promise<Uint8Array>): Promise<Kept> {
    const json = await load();
    return { encoder: this.#options.openTokenizer(json), bytes: json.length };
  }

  /** The one in use stays, however large it is. */
  #dropOldest(): void {
    let bytes = 0;
    for (const kept of this.#tokenizers.values()) bytes += kept.bytes;
    for (const [id, kept] of this.#tokenizers) {
      if (this.#tokenizers.size <= 1) return;
      const { mostTokenizers, mostBytes } = this.#options;
      if (this.#tokenizers.size <= mostTokenizers && bytes <= mostBytes) return;
      this.#tokenizers.delete(id);
      bytes -= kept.bytes;
    }
  }
}

export interface EncoderCacheOptions {
  openEncoding: (encoding: Encoding) => TokenEncoder;
  /** Throws what is wrong with the file. */
  openTokenizer: (json: Uint8Array) => TokenEncoder;
  mostTokenizers: number;
  mostBytes: number;
}
