import * as z from "zod";
import { options } from "./hugging-face-component";
import { UnsupportedTokenizer } from "./hugging-face-error";
import { MergeTable, PieceMerge } from "./hugging-face-merges";
import { readVocabulary, type Vocabulary } from "./hugging-face-vocabulary";
import { EncodingStopped, type StopCheck } from "./token-encoder";

const MAX_MERGES = 4_000_000;
/** Longer pieces are first cut where no merge reaches across. */
const CUT_FROM = 32;
const RUNS_BETWEEN_CHECKS = 8_192;
const UNKNOWN = -1;
const WHAT = "model";

const BpeOptions = z.object({
  dropout: z.number().nullish(),
  unk_token: z.string().nullish(),
  continuing_subword_prefix: z.string().nullish(),
  end_of_word_suffix: z.string().nullish(),
  fuse_unk: z.boolean().nullish(),
  byte_fallback: z.boolean().nullish(),
  ignore_merges: z.boolean().nullish(),
  vocab: z.unknown(),
  merges: z.array(z.unknown()).max(MAX_MERGES),
});
type BpeOptions = z.infer<typeof BpeOptions>;

/**
 * Byte-pair encoding as the model `BPE` of Hugging Face's tokenizers does it: the characters of a piece become tokens (unknown ones
 * their bytes, or the unknown token), and these are merged. Not for use by several callers at once.
 */
export class BpeModel {
  readonly vocabulary: Vocabulary;
  /** The tokens of the piece that was encoded last. */
  ids = new Int32Array(256);
  readonly hasByteFallback: boolean;
  readonly #merge: PieceMerge;
  readonly #characters: CharacterTokens;
  /** Pairs of characters between which a merge may reach across; null: not known. */
  readonly #junctions: MergeTable | null;
  readonly #ignoresMerges: boolean;
  #count = 0;
  #runStart = 0;
  #read = 0;
  #runs = 0;

  /** Throws UnsupportedTokenizer. */
  constructor(json: unknown) {
    const given = options(BpeOptions, json, WHAT);
    if ((given.dropout ?? 0) > 0)
      throw new UnsupportedTokenizer(
        "A model with dropout splits at random and cannot be counted.",
      );
    this.vocabulary = readVocabulary(given.vocab);
    this.hasByteFallback = given.byte_fallback ?? false;
    this.#ignoresMerges = given.ignore_merges ?? false;
    const { table, junctions } = readMerges(given, this.vocabulary);
    this.#merge = new PieceMerge(table);
    this.#junctions = junctions;
    this.#characters = new CharacterTokens(given, this.vocabulary);
  }

  /** The work of all calls so far: characters, pairs, places of the tree. Tests measure growth by it. */
  get steps(): number {
    return this.#read + this.#merge.steps;
  }

  /** Answers how many tokens there are in `ids`. Throws EncodingStopped. */
  encode(piece: string, stop?: StopCheck): number {
    const whole = this.#ignoresMerges ? this.vocabulary.idOf.get(piece) : undefined;
    this.#count = this.#runStart = 0;
    if (whole === undefined) this.#encodeCharacters(piece, stop);
    else this.#push(whole);
    return this.#count;
  }

  #encodeCharacters(piece: string, stop?: StopCheck): void {
    this.#read += piece.length;
    const isCut = this.#junctions !== null && piece.length > CUT_FROM;
    let before = UNKNOWN;
    this.#characters.read(piece, (id, isKnown) => {
      const known = isKnown ? id : UNKNOWN;
      if (isCut && this.#isBorder(before, known)) this.#mergeRun(stop);
      before = known;
      this.#push(id);
    });
    this.#mergeRun(stop);
  }

  #isBorder(left: number, right: number): boolean {
    if (left === UNKNOWN || right === UNKNOWN) return false;
    return this.#junctions?.rankOf(left, right) === UNKNOWN;
  }

  /** Merges what was pushed since the last run. */
  #mergeRun(stop?: StopCheck): void {
    this.#runs += 1;
    if (this.#runs % RUNS_BETWEEN_CHECKS === 0 && stop?.isStopped() === true)
      throw new EncodingStopped();
    const run = this.ids.subarray(this.#runStart, this.#count);
    this.#runStart += this.#merge.merge(run, stop);
    this.#count = this.#runStart;
  }

  #push(id: number): void {
    if (this.#count === this.ids.length) {
      const grown = new Int32Array(2 * this.ids.length);
      grown.set(this.ids);
      this.ids = grown;
    }
    this.ids[this.#count] = id;
    this.#count += 1;
  }

  /** Gives back what a long piece needed. */
  shrink(): void {
    if (this.ids.length > 65_536) this.ids = new Int32Array(256);
  }
}

/** With which tokens a piece begins. */
class CharacterTokens {
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #plain = new Int32Array(65_536).fill(UNKNOWN);
  readonly #prefix: string;
  readonly #suffix: string;
  readonly #bytes: Int32Array | null;
  readonly #unknown: number | null;
  readonly #fuses: boolean;

  constructor(given: BpeOptions, { idOf }: Vocabulary) {
    this.#idOf = idOf;
    for (const [token, id] of idOf) if (token.length === 1) this.#plain[token.charCodeAt(0)] = id;
    this.#prefix = given.continuing_subword_prefix ?? "";
    this.#suffix = given.end_of_word_suffix ?? "";
    this.#bytes = given.byte_fallback === true ? byteTokens(idOf) : null;
    this.#fuses = given.fuse_unk ?? false;
    this.#unknown = unknownToken(given, idOf);
  }

  /** Gives the tokens in order, and whether each is a character of its own. */
  read(piece: string, take: (id: number, isKnown: boolean) => void): void {
    let waiting = false; // an unknown token that the next unknown character may join
    for (let at = 0; at < piece.length;) {
      const codePoint = piece.codePointAt(at) ?? 0;
      const end = at + (codePoint > 0xff_ff ? 2 : 1);
      const id = this.#tokenOf(piece, at, end);
      if (id !== UNKNOWN) {
        if (waiting) this.#takeUnknown(take);
        waiting = false;
        take(id, true);
      } else if (!this.#takeBytes(piece.slice(at, end), take) && this.#unknown !== null) {
        if (waiting && !this.#fuses) this.#takeUnknown(take);
        waiting = true;
      }
      at = end;
    }
    if (waiting) this.#takeUnknown(take);
  }

  #takeUnknown(take: (id: number, isKnown: boolean) => void): void {
    if (this.#unknown !== null) take(this.#unknown, false);
  }

  #tokenOf(piece: string, start: number, end: number): number {
    const isPlain =
      (start === 0 || this.#prefix === "") && (end < piece.length || this.#suffix === "");
    if (isPlain && end - start === 1) return this.#plain[piece.charCodeAt(start)] ?? UNKNOWN;
    const prefix = start > 0 ? this.#prefix : "";
    const suffix = end === piece.length ? this.#suffix : "";
    return this.#idOf.get(prefix + piece.slice(start, end) + suffix) ?? UNKNOWN;
  }

  /** False: there is no token for one of the bytes, and none was taken. */
  #takeBytes(character: string, take: (id: number, isKnown: boolean) => void): boolean {
    const bytes = this.#bytes;
    if (bytes === null) return false;
    const ids = Array.from(utf8.encode(character), (byte) => bytes[byte] ?? UNKNOWN);
    if (ids.includes(UNKNOWN)) return false;
    for (const id of ids) take(id, false);
    return true;
  }
}

const utf8 = new TextEncoder();

function byteTokens(idOf: ReadonlyMap<string, number>): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => idOf.get(byteToken(byte)) ?? UNKNOWN);
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** Null: unknown characters are left out, as there. */
function unknownToken(given: BpeOptions, idOf: ReadonlyMap<string, number>): number | null {
  if (given.unk_token === undefined || given.unk_token === null) return null;
  const id = idOf.get(given.unk_token);
  if (id === undefined)
    throw new UnsupportedTokenizer("The unknown token of the model is not in its vocabulary.");
  return id;
}

function readMerges(
  given: BpeOptions,
  { idOf }: Vocabulary,
): { table: MergeTable; junctions: MergeTable | null } {
  const merges = given.merges.filter((one) => !isVersion(one));
  const table = new MergeTable(merges.length);
  const prefixLength = (given.continuing_subword_prefix ?? "").length;
  const isAffixed = prefixLength > 0 || (given.end_of_word_suffix ?? "") !== "";
  const junctions = new Set<number>();
  for (const [rank, merge] of merges.entries()) {
    const [left, right] = pairOf(merge, rank);
    const ids = [left, right, left + right.slice(prefixLength)].map((token) => idOf.get(token));
    const [leftId, rightId, result] = ids;
    if (leftId === undefined || rightId === undefined || result === undefined)
      throw new UnsupportedTokenizer(
        `Merge ${rank + 1} names or makes a token that is not in the vocabulary.`,
      );
    table.set(rank, { left: leftId, right: rightId, result });
    const [last, first] = [idOf.get(lastOf(left)), idOf.get(firstOf(right))];
    if (last !== undefined && first !== undefined) junctions.add(last * JUNCTION + first);
  }
  return { table, junctions: isAffixed ? null : tableOf(junctions) };
}

const JUNCTION = 2 ** 23; // above every id

function tableOf(junctions: ReadonlySet<number>): MergeTable {
  const table = new MergeTable(junctions.size);
  let rank = 0;
  for (const key of junctions) {
    table.set(rank, { left: Math.floor(key / JUNCTION), right: key % JUNCTION, result: 0 });
    rank += 1;
  }
  return table;
}

const isVersion = (merge: unknown) => typeof merge === "string" && merge.startsWith("#version");

/** `"a b"`, or `["a", "b"]` where a token may hold a space. */
function pairOf(merge: unknown, rank: number): readonly [string, string] {
  const pair: readonly unknown[] =
    typeof merge === "string" ? merge.split(" ") : Array.isArray(merge) ? merge : [];
  const [left, right] = pair;
  if (pair.length !== 2 || typeof left !== "string" || typeof right !== "string")
    throw new UnsupportedTokenizer(`Merge ${rank + 1} does not name two tokens.`);
  return [left, right];
}

function firstOf(token: string): string {
  return String.fromCodePoint(token.codePointAt(0) ?? 0);
}

function lastOf(token: string): string {
  const unit = token.charCodeAt(token.length - 1);
  return token.slice(unit >= 0xdc_00 && unit <= 0xdf_ff ? -2 : -1);
}
