import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { MAX_TOKENIZER_BYTES } from "@/domain/tokens/tokenizer-file";
import { AppError, isAppError } from "@/server/errors";
import type { Tokenizers, TokenWorkers, Vocabulary } from "@/server/tokens";
import { fromDatabase } from "./list-tokenizers";
import { readTokenizerPath } from "./read-tokenizer-path";
import type { TokenizerStore } from "./tokenizer-store";

const unpack = promisify(gunzip);
const DESCRIBE_WITHIN_MS = 30_000;

type StoredTokenizer = NonNullable<Awaited<ReturnType<TokenizerStore["read"]>>>;

/**
 * Tokenizers for who counts. The id of a vocabulary names what is in the file, so a worker never counts with what a file held before.
 */
export class TokenizerVocabularies implements Tokenizers {
  readonly #store: TokenizerStore;
  readonly #workers: Pick<TokenWorkers, "describeTokenizer">;
  /** Of each file on this machine, as it was read last. */
  readonly #files = new Map<string, { stamp: string; sha256: string }>();

  constructor(store: TokenizerStore, workers: Pick<TokenWorkers, "describeTokenizer">) {
    this.#store = store;
    this.#workers = workers;
  }

  /** Throws NOT_FOUND, and UNAVAILABLE while its file cannot be read. */
  async vocabularyOf(tokenizerId: string): Promise<{ vocabulary: Vocabulary; name: string }> {
    const tokenizer = await fromDatabase(() => this.#store.read(tokenizerId));
    if (!tokenizer) {
      this.#files.delete(tokenizerId);
      throw new AppError(
        "NOT_FOUND",
        "There is no such tokenizer. Somebody may have deleted it: choose another one in the profile.",
      );
    }
    const { id, name, path } = tokenizer;
    const sha256 = path === null ? tokenizer.sha256 : await this.#followFile(tokenizer, path);
    const load = path === null ? () => this.#loadUpload(id) : () => loadFile(name, path);
    return { name, vocabulary: { kind: "tokenizer", id: `${id} ${sha256}`, load } };
  }

  /** Answers what is in the file now; what is new is described and stored. */
  async #followFile(tokenizer: StoredTokenizer, path: string): Promise<string> {
    const { id, name } = tokenizer;
    const known = this.#files.get(id);
    return withName(name, async () => {
      const { stamp, held } = await readTokenizerPath(path, known?.stamp);
      if (!held) return known?.sha256 ?? tokenizer.sha256;
      const { bytes, sha256 } = held;
      if (sha256 !== tokenizer.sha256) {
        const signal = AbortSignal.timeout(DESCRIBE_WITHIN_MS);
        const described = await this.#workers.describeTokenizer(bytes, signal);
        await fromDatabase(() =>
          this.#store.refresh(id, { ...described, sha256, sizeBytes: bytes.length }),
        );
      }
      this.#files.set(id, { stamp, sha256 });
      return sha256;
    });
  }

  async #loadUpload(id: string): Promise<Uint8Array> {
    const packed = await fromDatabase(() => this.#store.readPacked(id));
    if (!packed) throw new AppError("NOT_FOUND", "The tokenizer was deleted while it was read.");
    return unpack(packed, { maxOutputLength: MAX_TOKENIZER_BYTES });
  }
}

async function loadFile(name: string, path: string): Promise<Uint8Array> {
  return withName(name, async () => {
    const { held } = await readTokenizerPath(path);
    return held?.bytes ?? new Uint8Array(0);
  });
}

/** Whoever counts did not choose the file: what is wrong with it is nothing that they can put right. */
async function withName<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isAppError(error) || error.code === "UNAVAILABLE") throw error;
    const message = `The tokenizer ${name} cannot be used now. ${error.message}`;
    throw new AppError("UNAVAILABLE", message, { cause: error });
  }
}
