import type { PromptCounter } from "./prompt-part";
import { lastEnd } from "./section-totals";
import type { PieceCounts } from "./token-encoder";

/** Of a length that is looked for by counting; after them the best so far is taken. */
const MAX_TRIES = 10;
/** After these it is halved, which always comes nearer. */
const GUESSED_TRIES = 5;

export interface CutText {
  text: string;
  tokens: number;
}

interface CutOptions {
  maxTokens: number;
  /** Behind what is left; it is left out where it alone is more than `maxTokens`. */
  suffix: string;
}

/**
 * The beginning of a text with a suffix behind it: `maxTokens` at most, as counted at the end, and close to the longest that fits. Never
 * ends within a code point.
 */
export async function cutText(
  text: string,
  { maxTokens, suffix }: CutOptions,
  counter: PromptCounter,
): Promise<CutText> {
  if (maxTokens <= 0) return { text: "", tokens: 0 };
  const suffixTokens = await countOne(counter, suffix);
  const behind = suffixTokens <= maxTokens ? suffix : "";
  const cutAt = (length: number) => text.slice(0, length) + behind;
  const count = (length: number) => countOne(counter, cutAt(length));
  const pieces = await counter.countPieces(text);
  if (pieces === null) {
    const { length, tokens } = await longestPrefix(text, { maxTokens, whole: Infinity }, count);
    return { text: cutAt(length), tokens };
  }
  const room = maxTokens - (behind === "" ? 0 : suffixTokens);
  let length = await prefixOf(text, { pieces, room, counter });
  for (;;) {
    const tokens = await count(length);
    if (tokens <= maxTokens || length === 0) return { text: cutAt(length), tokens };
    // Together they are a little more than each for itself.
    const place = lastEnd(pieces.ends, length - 1) - (tokens - maxTokens - 1);
    length = place < 0 ? 0 : codePointEnd(text, pieces.ends[place] ?? 0);
  }
}

/** How much of the text has `room` tokens: whole pieces, and of the next one as much as fits. */
async function prefixOf(
  text: string,
  { pieces, room, counter }: { pieces: PieceCounts; room: number; counter: PromptCounter },
): Promise<number> {
  const { ends, tokens } = pieces;
  const place = lastEnd(tokens, room);
  const end = place < 0 ? 0 : (ends[place] ?? 0);
  const before = place < 0 ? 0 : (tokens[place] ?? 0);
  const next = text.slice(end, ends[place + 1] ?? end);
  const whole = (tokens[place + 1] ?? before) - before;
  if (room <= before || whole <= 1) return codePointEnd(text, end);
  const found = await longestPrefix(next, { maxTokens: room - before, whole }, (length) =>
    countOne(counter, next.slice(0, length)),
  );
  return codePointEnd(text, end + found.length);
}

/**
 * The longest beginning that counts `maxTokens` at most, by counting a few: where it should be if tokens were even, then by halves.
 * `whole`: tokens of all of it, or Infinity when nobody knows.
 */
async function longestPrefix(
  text: string,
  { maxTokens, whole }: { maxTokens: number; whole: number },
  count: (length: number) => Promise<number>,
): Promise<{ length: number; tokens: number }> {
  let fits = { length: 0, tokens: await count(0) };
  let over = { length: text.length, tokens: whole === Infinity ? await count(text.length) : whole };
  for (let tries = 0; tries < MAX_TRIES && fits.tokens < maxTokens; tries++) {
    const share =
      tries < GUESSED_TRIES
        ? (maxTokens - fits.tokens) / Math.max(1, over.tokens - fits.tokens)
        : 0.5;
    const distance = Math.floor((over.length - fits.length) * Math.min(share, 1));
    const wanted = Math.min(fits.length + Math.max(1, distance), over.length - 1);
    const length = codePointEnd(text, wanted);
    if (length <= fits.length) break;
    const tried = { length, tokens: await count(length) };
    if (tried.tokens <= maxTokens) fits = tried;
    else over = tried;
  }
  return fits;
}

/** The offset, or the one before it where it lies between the two halves of a surrogate pair. */
function codePointEnd(text: string, offset: number): number {
  if (offset <= 0 || offset >= text.length) return offset;
  const isHigh = (text.charCodeAt(offset - 1) & 0xfc00) === 0xd800;
  const isLow = (text.charCodeAt(offset) & 0xfc00) === 0xdc00;
  return isHigh && isLow ? offset - 1 : offset;
}

async function countOne(counter: PromptCounter, text: string): Promise<number> {
  return text === "" ? 0 : ((await counter.count([text]))[0] ?? 0);
}
