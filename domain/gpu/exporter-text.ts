import { goFloat } from "./exporter-float";
import { parseExporterLabels, type LabelCursor } from "./exporter-labels";

export interface ExporterSample {
  name: string;
  /** A Map, so that a label `__proto__` is a label. */
  labels: ReadonlyMap<string, string>;
  value: number;
  /** As printed: "9223372036854775794" holds more than a number does. */
  rawValue: string;
}

export interface ExporterTextLimits {
  maxLines: number;
  maxLineLength: number;
  /** Different metric names. */
  maxFamilies: number;
}

/** Why a text is refused: one clause for a person, and the line. */
export class ExporterTextError extends Error {
  override readonly name = "ExporterTextError";
}

interface Family {
  type: string | null;
  hasHelp: boolean;
}

const defaultLimits: ExporterTextLimits = {
  maxLines: 2_000_000,
  maxLineLength: 256 * 1024,
  maxFamilies: 20_000,
};
const types = ["counter", "gauge", "summary", "untyped", "histogram"];
const SPACE = 32;
const TAB = 9;
const HASH = 35;
const OPEN_BRACE = 123;

/**
 * Reads the Prometheus text format 0.0.4, as strictly as `promtool check metrics` (prometheus/common, expfmt.TextParser), one chunk
 * at a time: https://prometheus.io/docs/instrumenting/exposition_formats/. Every line is checked; a sample is made of those
 * that `wants` names. Text is given as bytes, one in each character (latin1): only label values are UTF-8 in this format.
 * Throws an `ExporterTextError` at the first line that the format does not allow, or that is beyond the limits.
 */
export class ExporterText {
  readonly #wants: (name: string) => boolean;
  readonly #onSample: (sample: ExporterSample) => void;
  readonly #limits: ExporterTextLimits;
  readonly #families = new Map<string, Family>();
  #rest = "";
  #line = 0;
  // Lines of one metric stand together: its name is looked up once.
  #lastName = "";
  #lastFamily: { family: Family; isWanted: boolean } | null = null;

  constructor(options: {
    wants: (name: string) => boolean;
    onSample: (sample: ExporterSample) => void;
    limits?: Partial<ExporterTextLimits>;
  }) {
    this.#wants = options.wants;
    this.#onSample = options.onSample;
    this.#limits = { ...defaultLimits, ...options.limits };
  }

  push(chunk: string): void {
    const text = this.#rest === "" ? chunk : this.#rest + chunk;
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      if (end < 0) break;
      this.#readLine(text, from, end);
      from = end + 1;
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > this.#limits.maxLineLength) this.#failNext("a line is too long");
  }

  /** The text is over. A last line without its end is cut off, and so refused. */
  end(): void {
    if (/[^ \t]/.test(this.#rest)) this.#failNext("the text ends in the middle of a line");
  }

  #readLine(text: string, from: number, end: number): void {
    this.#line += 1;
    if (this.#line > this.#limits.maxLines) this.#fail("there are too many lines");
    if (end - from > this.#limits.maxLineLength) this.#fail("a line is too long");
    const start = skipBlanks(text, from);
    if (start >= end) return;
    if (text.charCodeAt(start) === HASH) this.#readComment(text.slice(start + 1, end));
    else this.#readSample(text, start, end);
  }

  #readComment(comment: string): void {
    const keyword = /^[ \t]*(HELP|TYPE)[ \t]+(.*)$/s.exec(comment);
    if (keyword === null) return;
    const [, kind, rest = ""] = keyword;
    const name = rest.slice(0, nameEnd(rest, 0));
    const after = rest.slice(name.length);
    if (name === "" && after !== "") this.#fail("a comment has no valid metric name");
    if (after === "") return;
    const text = after.replace(/^[ \t]+/, "");
    if (text.length === after.length) this.#fail("a comment has no valid metric name");
    const family = this.#familyOf(name);
    if (text === "") return;
    if (kind === "HELP") this.#setHelp(family, text);
    else this.#setType(family, text);
  }

  #setHelp(family: Family, text: string): void {
    if (family.hasHelp) this.#fail("a metric has a second HELP line");
    if (!/^(?:[^\\]|\\[\\n])*$/s.test(text)) this.#fail("a HELP line has an unknown escape");
    family.hasHelp = true;
  }

  #setType(family: Family, text: string): void {
    if (family.type !== null)
      this.#fail("a metric has a second TYPE line, or one after its samples");
    // The reference parser drops backslashes here.
    const type = text.replaceAll("\\", "").toLowerCase();
    if (!types.includes(type)) this.#fail("a TYPE line has an unknown type");
    family.type = type;
  }

  #readSample(text: string, start: number, end: number): void {
    const afterName = nameEnd(text, start);
    if (afterName === start) this.#fail("a metric has an invalid name");
    const { family, isWanted } = this.#lookUp(text.slice(start, afterName));
    family.type ??= "untyped";
    const cursor: LabelCursor = { text, at: skipBlanks(text, afterName), end };
    const labels = isWanted ? new Map<string, string>() : null;
    if (text.charCodeAt(cursor.at) === OPEN_BRACE) {
      const problem = parseExporterLabels(cursor, { type: family.type, labels });
      if (problem !== null) this.#fail(problem);
    }
    const rawValue = this.#readValue(cursor);
    if (labels !== null) {
      this.#onSample({ name: this.#lastName, labels, value: goFloat(rawValue) ?? NaN, rawValue });
    }
  }

  /** Checks `value [timestamp]` and answers the text of the value. */
  #readValue({ text, at, end }: LabelCursor): string {
    const valueEnd = tokenEnd(text, at, end);
    const rawValue = text.slice(at, valueEnd);
    if (goFloat(rawValue) === null) this.#fail("a value is no number");
    if (valueEnd === end) return rawValue;
    const timestamp = text.slice(skipBlanks(text, valueEnd), end);
    if (!isInt64(timestamp)) this.#fail("a timestamp is no whole number");
    return rawValue;
  }

  #lookUp(name: string): { family: Family; isWanted: boolean } {
    if (this.#lastFamily === null || name !== this.#lastName) {
      this.#lastName = name;
      this.#lastFamily = { family: this.#familyOf(name), isWanted: this.#wants(name) };
    }
    return this.#lastFamily;
  }

  /** `x_sum`, `x_count` and `x_bucket` belong to the summary or histogram `x` when there is one. */
  #familyOf(name: string): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const summary = /^(.+)_(?:count|sum)$/s.exec(name)?.[1];
    const summaryFamily = this.#families.get(summary ?? "");
    if (summaryFamily?.type === "summary") return summaryFamily;
    const histogram = /^(.+)_(?:count|sum|bucket)$/s.exec(name)?.[1];
    const histogramFamily = this.#families.get(histogram ?? "");
    if (histogramFamily?.type === "histogram") return histogramFamily;
    if (this.#families.size >= this.#limits.maxFamilies) this.#fail("there are too many metrics");
    const family: Family = { type: null, hasHelp: false };
    this.#families.set(name, family);
    return family;
  }

  #failNext(clause: string): never {
    this.#line += 1;
    this.#fail(clause);
  }

  #fail(clause: string): never {
    throw new ExporterTextError(`${clause} (line ${this.#line})`);
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) return at;
    at += 1;
  }
}

function tokenEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === SPACE || code === TAB) return at;
    at += 1;
  }
  return end;
}

/** Where a metric name that starts here ends; `from` itself when none does. */
function nameEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    const isStart = (lower >= 97 && lower <= 122) || code === 95 || code === 58;
    const isDigit = code >= 48 && code <= 57;
    if (!isStart && !(isDigit && at > from)) return at;
    at += 1;
  }
}

function isInt64(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  if (text.length < 19) return true;
  const value = BigInt(text.replace("+", ""));
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}
