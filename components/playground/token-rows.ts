import type { TokenSplit } from "./worker-messages";

/** A stretch of one row in one colour: a token, or tokens that only together make whole characters. */
export interface TokenPiece {
  /** The first token and how many share this text. */
  token: number;
  count: number;
  text: string;
  /** The break at the end of the row belongs to it. */
  hasBreak: boolean;
}

export interface TokenRows {
  rows: readonly (readonly TokenPiece[])[];
  /** Row in which each described token begins. */
  rowOf: Uint32Array;
  /** Characters whose bytes lie in several tokens. */
  sharedCharacters: number;
}

const NEW_LINE = 0x0a;

interface Cell {
  token: number;
  count: number;
  start: number;
  end: number;
}

/** Tokens laid out in rows of equal height: broken at new lines and after `columns` cells, so that only rows in sight need to exist. */
export function layOutTokens(split: TokenSplit, columns: number): TokenRows {
  const writer = new RowWriter(split.text, columns);
  const rowOf = new Uint32Array(split.ids.length);
  for (const cell of cellsOf(split)) {
    writer.begin(cell);
    rowOf.fill(writer.rows.length - 1, cell.token, cell.token + cell.count);
    writer.write(cell);
  }
  return { rows: writer.finish(), rowOf, sharedCharacters: sharedCharactersOf(split) };
}

class RowWriter {
  readonly rows: TokenPiece[][] = [[]];
  readonly #text: string;
  readonly #columns: number;
  /** Of the last row, in cells. */
  #width = 0;

  constructor(text: string, columns: number) {
    this.#text = text;
    this.#columns = columns;
  }

  /** A word goes to the next row as a whole where it fits there. */
  begin(cell: Cell): void {
    const wide = widthOf(this.#text, cell, this.#columns + 1);
    const isOver = this.#width + wide > this.#columns && wide <= this.#columns / 2;
    if (this.#width > 0 && isOver) this.#breakRow();
  }

  write(cell: Cell): void {
    let from = cell.start;
    let at = cell.start;
    while (at < cell.end) {
      const codePoint = this.#text.codePointAt(at) ?? 0;
      const next = at + (codePoint > 0xffff ? 2 : 1);
      if (codePoint === NEW_LINE) {
        this.#push(cell, { from, to: at, hasBreak: true });
        this.#breakRow();
        from = next;
      } else {
        const width = cellWidth(codePoint);
        if (this.#width > 0 && this.#width + width > this.#columns) {
          if (at > from) this.#push(cell, { from, to: at, hasBreak: false });
          this.#breakRow();
          from = at;
        }
        this.#width += width;
      }
      at = next;
    }
    if (cell.end > from) this.#push(cell, { from, to: cell.end, hasBreak: false });
  }

  /** A break at the very end begins no row. */
  finish(): TokenPiece[][] {
    if (this.rows.length > 1 && this.rows.at(-1)?.length === 0) this.rows.pop();
    return this.rows;
  }

  #push(
    { token, count }: Cell,
    { from, to, hasBreak }: { from: number; to: number; hasBreak: boolean },
  ) {
    this.rows.at(-1)?.push({ token, count, text: this.#text.slice(from, to), hasBreak });
  }

  #breakRow() {
    this.rows.push([]);
    this.#width = 0;
  }
}

/** Tokens that end within a character are shown with those that complete it. */
function* cellsOf({ ends, isPartial }: TokenSplit): Generator<Cell> {
  let token = 0;
  let start = 0;
  for (let last = 0; last < ends.length; last += 1) {
    if (isPartial[last] === 1 && last < ends.length - 1) continue;
    const end = ends[last] ?? start;
    yield { token, count: last - token + 1, start, end };
    token = last + 1;
    start = end;
  }
}

function sharedCharactersOf({ ends, isPartial }: TokenSplit): number {
  let characters = 0;
  let before = -1;
  for (const [index, end] of ends.entries()) {
    if (isPartial[index] !== 1) continue;
    if (end !== before) characters += 1;
    before = end;
  }
  return characters;
}

function widthOf(text: string, { start, end }: Cell, most: number): number {
  let width = 0;
  for (let at = start; at < end && width < most; at += 1) {
    const codePoint = text.codePointAt(at) ?? 0;
    if (codePoint > 0xffff) at += 1;
    width += cellWidth(codePoint);
  }
  return width;
}

/** CJK, full-width forms and emoji: they take two cells of a monospaced font. First and last of each range. */
const wideRanges = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0x1_f300, 0x3_fffd],
] as const;

function cellWidth(codePoint: number): number {
  if (codePoint < wideRanges[0][0]) return 1;
  return wideRanges.some(([first, last]) => codePoint >= first && codePoint <= last) ? 2 : 1;
}

/** What stands for characters that show nothing by themselves. Spaces stay: their colour shows them. */
export function visibleText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\t") return "⇥";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "␣";
  });
}
