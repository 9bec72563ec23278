/**
 * The vocabulary of an encoding as bytes, for server and browser alike. All numbers are little-endian.
 *
 *   "SLR1"   4 bytes
 *   segments u32
 *   segment  u32 first id, u32 tokens           (× segments, ascending; ids between them belong to special tokens)
 *   lengths  u8 a token                          (in the order of ids)
 *   bytes    of all tokens, one after the other  (in the same order)
 */
export interface Ranks {
  /** Of all tokens, one after the other. */
  bytes: Uint8Array;
  /** Where the token of an id begins in `bytes`; it ends where the next one begins. An id that is not a token is empty. */
  starts: Uint32Array;
}

const MAGIC = [0x53, 0x4c, 0x52, 0x31] as const;
const HEAD_BYTES = 8;
const SEGMENT_BYTES = 8;
const MOST_SEGMENTS = 16;
const MOST_TOKENS = 1 << 22;
const LONGEST_TOKEN = 255;

interface Segment {
  firstId: number;
  /** In base 64, one blank before each. */
  tokens: string;
  count: number;
}

/**
 * From the text of `bpe_ranks` in tiktoken's `encoders/*.json`: lines of "! FIRST_ID TOKEN TOKEN …", tokens in base 64.
 * Throws RangeError for a text that is not of that shape.
 */
export function packRanks(bpeRanks: string): Uint8Array<ArrayBuffer> {
  const lines = bpeRanks.split("\n").filter((line) => line !== "");
  const segments = lines.map(readLine);
  const tokens = segments.reduce((sum, { count }) => sum + count, 0);
  const head = HEAD_BYTES + SEGMENT_BYTES * segments.length;
  const packed = new Uint8Array(head + tokens + bpeRanks.length);
  const view = new DataView(packed.buffer);
  packed.set(MAGIC);
  view.setUint32(4, segments.length, true);
  let place = HEAD_BYTES;
  let written = { index: head, at: head + tokens };
  for (const { firstId, count, tokens: text } of segments) {
    view.setUint32(place, firstId, true);
    view.setUint32(place + 4, count, true);
    place += SEGMENT_BYTES;
    written = writeTokens(text, packed, written);
  }
  return packed.slice(0, written.at);
}

function readLine(line: string): Segment {
  const [head = "", first = ""] = /^! (\d{1,7})(?= )/.exec(line) ?? [];
  if (head === "") throw new RangeError("The ranks are not in tiktoken's format.");
  const tokens = line.slice(head.length);
  let count = 0;
  for (let at = tokens.indexOf(" "); at >= 0; at = tokens.indexOf(" ", at + 1)) count += 1;
  return { firstId: Number(first), tokens, count };
}

const BLANK = 0x20;
const PADDING = 0x3d;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 0xff;
const digitValues = new Uint8Array(128).fill(NO_DIGIT);
for (let value = 0; value < DIGITS.length; value += 1)
  digitValues[DIGITS.charCodeAt(value)] = value;

/**
 * Writes the bytes of the tokens from `at` on, and the length of each from `index` on. Answers where both end. One walk over the whole
 * line: some ten times as fast as a call of a decoder for each of 200,000 tokens.
 */
function writeTokens(text: string, packed: Uint8Array, from: { index: number; at: number }) {
  let { index, at } = from;
  let start = at;
  let bits = 0;
  let kept = 0;
  for (let place = 1; place <= text.length; place += 1) {
    const code = place === text.length ? BLANK : text.charCodeAt(place);
    if (code === BLANK) {
      if (at === start || at - start > LONGEST_TOKEN)
        throw new RangeError("A token is empty or too long.");
      packed[index] = at - start;
      index += 1;
      start = at;
      bits = 0;
    } else if (code !== PADDING) {
      const value = digitValues[code] ?? NO_DIGIT;
      if (value === NO_DIGIT) throw new RangeError("A token is not in base 64.");
      kept = ((kept << 6) | value) & 0xffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      packed[at] = kept >> bits;
      at += 1;
    }
  }
  return { index, at };
}

/** Reads what `packRanks` wrote. Throws RangeError for bytes that are not whole and of that format. */
export function readRanks(file: Uint8Array): Ranks {
  const segments = readSegments(file);
  const head = HEAD_BYTES + SEGMENT_BYTES * segments.length;
  const tokens = segments.reduce((sum, { count }) => sum + count, 0);
  const last = segments.at(-1);
  const ids = last === undefined ? 0 : last.firstId + last.count;
  if (ids > MOST_TOKENS || file.length < head + tokens) refuse();
  const starts = new Uint32Array(ids + 1);
  let index = head;
  let start = 0;
  let id = 0;
  for (const { firstId, count } of segments) {
    if (firstId < id) refuse();
    starts.fill(start, id, firstId);
    for (id = firstId; id < firstId + count; id += 1) {
      starts[id] = start;
      start += file[index] ?? 0;
      index += 1;
    }
  }
  starts[ids] = start;
  const bytes = file.subarray(head + tokens);
  return start === bytes.length ? { bytes, starts } : refuse();
}

function readSegments(file: Uint8Array): { firstId: number; count: number }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const segments = file.length < HEAD_BYTES ? 0 : view.getUint32(4, true);
  const isOurs = MAGIC.every((byte, index) => file[index] === byte);
  if (!isOurs || segments > MOST_SEGMENTS || file.length < HEAD_BYTES + SEGMENT_BYTES * segments)
    refuse();
  return Array.from({ length: segments }, (_, index) => {
    const at = HEAD_BYTES + SEGMENT_BYTES * index;
    return { firstId: view.getUint32(at, true), count: view.getUint32(at + 4, true) };
  });
}

function refuse(): never {
  throw new RangeError("The bytes are not a file of ranks, or not all of it.");
}
