import { propertySet, WHITE_SPACE, WORD } from "./hugging-face-character-sets";
import { UnsupportedTokenizer } from "./hugging-face-error";

// Patterns of tokenizer.json are written for Oniguruma (github.com/kkos/oniguruma, doc/RE). They are parsed here and written again for
// JavaScript's `v` mode, where sets nest as they do there. Nothing of the source gets into the result unread.

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 50;

const controls: Readonly<Record<string, number>> = {
  a: 7,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};
const shorthands: Readonly<Record<string, string>> = {
  s: `[${WHITE_SPACE}]`,
  S: `[^${WHITE_SPACE}]`,
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  h: "[0-9A-Fa-f]",
  H: "[^0-9A-Fa-f]",
};
const anchors: Readonly<Record<string, string>> = {
  A: "^",
  z: "$",
  Z: "(?=\\n?$)",
  b: `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`,
  B: `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`,
};

/**
 * The same pattern for JavaScript, to find all matches with. Character properties are those of the JavaScript engine's Unicode version.
 * Possessive and atomic parts become a lookahead whose match is taken as it is. Throws UnsupportedTokenizer for what has no exact form.
 */
export function compilePattern(source: string): RegExp {
  return new RegExp(translatePattern(source), "gv");
}

/** Whether a match can depend on what stands before it, or on where the text begins. */
export function looksBack(pattern: RegExp): boolean {
  return /\(\?<[=!]|\^/.test(pattern.source.replaceAll("[^", "[")); // a circumflex as itself is written as a number
}

function translatePattern(source: string): string {
  if (source.length > MAX_LENGTH) throw refusal(`is longer than ${MAX_LENGTH} characters`);
  const parser = new PatternParser(source);
  const result = parser.alternatives(0);
  if (!parser.isAtEnd) throw refusal("has a closing bracket too many");
  return result;
}

function refusal(what: string): UnsupportedTokenizer {
  return new UnsupportedTokenizer(`A pattern of this tokenizer ${what}.`);
}

function literal(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

class PatternParser {
  readonly #characters: readonly string[];
  #at = 0;
  #atomicGroups = 0;

  constructor(source: string) {
    this.#characters = Array.from(source);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#characters.length;
  }

  #peek(offset = 0): string {
    return this.#characters[this.#at + offset] ?? "";
  }

  /** Takes `text` when it comes next. */
  #take(text: string): boolean {
    const found = this.#characters.slice(this.#at, this.#at + text.length).join("") === text;
    if (found) this.#at += text.length;
    return found;
  }

  #next(): string {
    const character = this.#characters[this.#at];
    if (character === undefined) throw refusal("ends in the middle");
    this.#at += 1;
    return character;
  }

  /** Up to the end of the group, which stays. */
  alternatives(depth: number): string {
    if (depth > MAX_DEPTH) throw refusal("is nested too deeply");
    let result = "";
    let open = 0;
    while (!this.isAtEnd && this.#peek() !== ")") {
      if (this.#take("|")) result += "|";
      else if (this.#take("(?i)")) {
        result += "(?i:"; // holds to the end of the group
        open += 1;
      } else result += this.#quantified(this.#atom(depth));
    }
    return result + ")".repeat(open);
  }

  #quantified(atom: string): string {
    let result = atom;
    for (;;) {
      const quantifier = this.#quantifier();
      if (quantifier === null) return result;
      const isRepeated = result !== atom;
      const base = isRepeated ? `(?:${result})` : result;
      if (this.#take("?")) {
        if (/^\{\d+\}$/.test(quantifier))
          throw refusal(`has ${quantifier}?, which is not supported`);
        result = `${base}${quantifier}?`;
      } else if (/^[*+?]$/.test(quantifier) && this.#take("+")) {
        result = this.#atomic(`${base}${quantifier}`);
      } else result = `${base}${quantifier}`;
    }
  }

  #quantifier(): string | null {
    const character = this.#peek();
    if (/^[*+?]$/.test(character)) return this.#next();
    return character === "{" ? this.#bounds() : null;
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}`; anything else is a brace as itself. */
  #bounds(): string | null {
    const ahead = this.#characters.slice(this.#at, this.#at + 14).join("");
    const match = /^\{(\d{0,5})(,?)(\d{0,5})\}/.exec(ahead);
    if (match === null) return null;
    const [whole, least = "", comma = "", most = ""] = match;
    if (least === "" && most === "") return null;
    this.#at += whole.length;
    return comma === "" ? `{${least}}` : `{${least === "" ? "0" : least},${most}}`;
  }

  #atom(depth: number): string {
    const character = this.#next();
    if (character === "(") return this.#group(depth);
    if (character === "[") return this.#set(depth);
    if (character === "\\") return this.#escape();
    if (character === ".") return "[^\\n]";
    if (character === "^") return "(?:^|(?<=\\n)(?!$))";
    if (character === "$") return "(?=\\n|$)";
    if (/^[*+?]$/.test(character)) throw refusal("repeats nothing");
    return literal(character.codePointAt(0) ?? 0);
  }

  #group(depth: number): string {
    const head = this.#groupHead();
    const inside = this.alternatives(depth + 1);
    if (!this.#take(")")) throw refusal("has a bracket that is not closed");
    if (head === "atomic") return this.#atomic(inside);
    return head === null ? "" : `(${head}${inside})`;
  }

  /** What comes after the bracket in JavaScript. No group is captured: nobody asks for what it held. */
  #groupHead(): string | null {
    if (!this.#take("?")) return "?:";
    if (this.#take("#")) {
      while (this.#peek() !== ")" && !this.isAtEnd) this.#at += 1;
      return null;
    }
    if (this.#take(">")) return "atomic";
    for (const head of [":", "=", "!", "<=", "<!", "i:"]) if (this.#take(head)) return `?${head}`;
    if (this.#take("<")) {
      while (this.#next() !== ">") if (!/[\w>]/.test(this.#peek())) break;
      return "?:";
    }
    throw refusal(`has a group (?${this.#peek()}…), which is not supported`);
  }

  #atomic(inside: string): string {
    this.#atomicGroups += 1;
    const name = `atomic${this.#atomicGroups}`;
    return `(?:(?=(?<${name}>${inside}))\\k<${name}>)`;
  }

  #escape(): string {
    const name = this.#peek();
    if (Object.hasOwn(anchors, name)) {
      this.#at += 1;
      return anchors[name] ?? "";
    }
    return this.#setEscape() ?? literal(this.#characterEscape());
  }

  /** A set of characters behind a backslash, in and outside of brackets. */
  #setEscape(): string | null {
    const name = this.#peek();
    if (Object.hasOwn(shorthands, name)) {
      this.#at += 1;
      return shorthands[name] ?? "";
    }
    if (name !== "p" && name !== "P") return null;
    this.#at += 1;
    if (!this.#take("{")) throw refusal(`has \\${name} without {…}`);
    let property = "";
    while (!this.#take("}")) property += this.#next();
    const isInverted = property.startsWith("^");
    const set = propertySet(isInverted ? property.slice(1) : property);
    if (set === null) throw refusal("uses a property of characters that is not known");
    return isInverted === (name === "P") ? `[${set}]` : `[^${set}]`;
  }

  #characterEscape(): number {
    const character = this.#next();
    if (Object.hasOwn(controls, character)) return controls[character] ?? 0;
    if (character === "x" && this.#take("{"))
      return this.#hexadecimal({ min: 1, max: 6, end: "}" });
    if (character === "x") return this.#hexadecimal({ min: 1, max: 2, end: "" });
    if (character === "u") return this.#hexadecimal({ min: 4, max: 4, end: "" });
    if (/[A-Za-z0-9]/.test(character)) throw refusal(`uses \\${character}, which is not supported`);
    return character.codePointAt(0) ?? 0;
  }

  #hexadecimal({ min, max, end }: { min: number; max: number; end: string }): number {
    let digits = "";
    while (digits.length < max && /^[0-9A-Fa-f]$/.test(this.#peek())) digits += this.#next();
    const codePoint = parseInt(digits, 16);
    if (digits.length < min || codePoint > 0x10_ff_ff || (end !== "" && !this.#take(end)))
      throw refusal("names a character that does not exist");
    return codePoint;
  }

  /** Behind the opening bracket of a set. */
  #set(depth: number): string {
    if (depth > MAX_DEPTH) throw refusal("is nested too deeply");
    const negation = this.#take("^") ? "^" : "";
    const operands = [this.#setItems(depth)];
    while (this.#take("&&")) operands.push(this.#setItems(depth));
    if (!this.#take("]")) throw refusal("has a set that is not closed");
    if (operands.includes("")) throw refusal("has an empty set");
    const inside =
      operands.length === 1 ? operands[0] : operands.map((one) => `[${one}]`).join("&&");
    return `[${negation}${inside ?? ""}]`;
  }

  #setItems(depth: number): string {
    let items = "";
    while (!this.isAtEnd && !(this.#peek() === "]" && items !== "")) {
      if (this.#peek() === "&" && this.#peek(1) === "&") break;
      items += this.#setItem(depth);
    }
    return items;
  }

  #setItem(depth: number): string {
    if (this.#take("[:")) return this.#posix();
    if (this.#take("[")) return this.#set(depth + 1);
    const first = this.#setMember();
    if (typeof first === "string") return first;
    if (this.#peek() !== "-" || this.#peek(1) === "]" || this.#peek(1) === "")
      return literal(first);
    this.#at += 1;
    const last = this.#setMember();
    if (typeof last === "string" || last < first) throw refusal("has a range that goes backwards");
    return `${literal(first)}-${literal(last)}`;
  }

  /** A set as text, or one character. */
  #setMember(): string | number {
    const character = this.#next();
    if (character !== "\\") return character.codePointAt(0) ?? 0;
    if (this.#take("b")) return 8;
    return this.#setEscape() ?? this.#characterEscape();
  }

  #posix(): string {
    const isInverted = this.#take("^");
    let name = "";
    while (!this.#take(":]")) name += this.#next();
    const set = name === "punct" ? "\\p{P}\\p{S}" : propertySet(name);
    if (set === null) throw refusal("uses a class of characters that is not known");
    return isInverted ? `[^${set}]` : `[${set}]`;
  }
}
