import { UNICODE_CLASS_RUNS } from "./unicode-class-runs";

// One bit a class, so that a set of classes is one mask. Surrogates, unassigned and private code points are OTHER.
const UPPER = 1; // Lu, Lt
const UNCASED = 2; // Lm, Lo
const LOWER = 4; // Ll
export const MARK = 8;
export const NUMBER = 16;
export const SPACE = 32; // White_Space, newlines too
export const NEWLINE = 64; // carriage return, line feed: SPACE as well
export const OTHER = 128;

export const LETTER = UPPER | UNCASED | LOWER;
/** What a word of o200k may begin with, and what it may end with; UNCASED letters and marks are in both. */
export const WORD_HEAD = UPPER | UNCASED | MARK;
export const WORD_TAIL = UNCASED | LOWER | MARK;
/** Everything but white space, letters and numbers. */
export const SYMBOL = MARK | OTHER;

const CODE_POINTS = 0x110000;
const BLOCK_BITS = 7;
const BLOCK_SIZE = 1 << BLOCK_BITS;
const CLASSES: Readonly<Record<string, number>> = {
  U: UPPER,
  O: UNCASED,
  L: LOWER,
  M: MARK,
  N: NUMBER,
  S: SPACE,
  R: SPACE | NEWLINE,
  X: OTHER,
};

/** Two tables: the block of a code point, and the classes of each block. Equal blocks are kept once: 50 kB for all of Unicode. */
function buildTables(runs: string): { blocks: Uint16Array; classes: Uint8Array } {
  const all = new Uint8Array(CODE_POINTS);
  let from = 0;
  for (const [, name = "", length = ""] of runs.matchAll(/([A-Z])([0-9a-z]*)/g)) {
    const to = from + (length === "" ? 1 : Number.parseInt(length, 36));
    all.fill(CLASSES[name] ?? 0, from, to);
    from = to;
  }
  if (from !== CODE_POINTS) throw new Error("The table of Unicode classes is not complete.");
  const blocks = new Uint16Array(CODE_POINTS / BLOCK_SIZE);
  const kept = new Map<string, number>();
  const classes: number[] = [];
  for (const index of blocks.keys()) {
    const block = all.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
    const key = String.fromCharCode(...block);
    const known = kept.get(key);
    blocks[index] = known ?? kept.size;
    if (known !== undefined) continue;
    kept.set(key, kept.size);
    classes.push(...block);
  }
  return { blocks, classes: Uint8Array.from(classes) };
}

const { blocks, classes } = buildTables(UNICODE_CLASS_RUNS);

/** The class of a code point in Unicode 16, the version that tiktoken splits by, whatever this machine's is. */
export function classOfCodePoint(codePoint: number): number {
  const block = blocks[codePoint >> BLOCK_BITS] ?? 0;
  return classes[(block << BLOCK_BITS) | (codePoint & (BLOCK_SIZE - 1))] ?? OTHER;
}
