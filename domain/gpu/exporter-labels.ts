import { goFloat } from "./exporter-float";

/** A place in a line: `end` is where the line ends. */
export interface LabelCursor {
  text: string;
  at: number;
  end: number;
}

export interface LabelContext {
  type: string;
  /** Filled; null = only check. */
  labels: Map<string, string> | null;
}

/** Names are compared with all before them: the product of both stays small. */
const MAX_LABELS = 256;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const EQUALS = 61;
const CLOSE_BRACE = 125;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads `{name="value",…}` and leaves the cursor at what follows it and blanks. Answers what is wrong with it, or null. The rules are
 * those of expfmt.TextParser: a comma may stand behind the last label, a name not twice, values are UTF-8.
 */
export function parseExporterLabels(cursor: LabelCursor, context: LabelContext): string | null {
  const seen: string[] = [];
  cursor.at += 1;
  for (;;) {
    if (nextCode(cursor) === CLOSE_BRACE) break;
    const problem = readPair(cursor, context, seen);
    if (problem !== null) return problem;
    const next = nextCode(cursor);
    if (next === CLOSE_BRACE) break;
    if (next !== COMMA) return "a label value is followed by something else";
    cursor.at += 1;
  }
  cursor.at += 1;
  nextCode(cursor);
  return null;
}

/** `seen` = the names before this one. */
function readPair(cursor: LabelCursor, context: LabelContext, seen: string[]): string | null {
  const name = readName(cursor);
  if (name === "") return "a label has an invalid name";
  if (name === "__name__") return "the label __name__ is reserved";
  const isSpecial = specialLabel(context.type) === name;
  if (!isSpecial) {
    if (seen.includes(name)) return "a label stands twice";
    if (seen.length >= MAX_LABELS) return "a metric has too many labels";
    seen.push(name);
  }
  if (nextCode(cursor) !== EQUALS) return "a label has no value";
  cursor.at += 1;
  if (nextCode(cursor) !== QUOTE) return "a label value has no quotes";
  cursor.at += 1;
  const value = readValue(cursor);
  if (value === null) return "a label value has no end, an unknown escape or is not UTF-8";
  if (isSpecial && goFloat(value) === null) return `the label ${name} is no number`;
  context.labels?.set(name, value);
  return null;
}

/** Of a summary and a histogram one label is part of the value. */
function specialLabel(type: string): string | null {
  if (type === "summary") return "quantile";
  return type === "histogram" ? "le" : null;
}

/** Passes over blanks and answers the character behind them, which the cursor is left at. */
function nextCode(cursor: LabelCursor): number {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 32 && code !== 9) return code;
    cursor.at += 1;
  }
}

function readName(cursor: LabelCursor): string {
  const { text, at: start } = cursor;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    const isStart = (lower >= 97 && lower <= 122) || code === 95;
    if (!isStart && !(at > start && code >= 48 && code <= 57)) break;
    at += 1;
  }
  cursor.at = at;
  return text.slice(start, at);
}

/** The value up to its closing quote, behind which the cursor is left; null when it is none. */
function readValue(cursor: LabelCursor): string | null {
  const { text, at: start, end } = cursor;
  let isAscii = true;
  let hasEscape = false;
  let at = start;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) break;
    if (code >= 128) isAscii = false;
    if (code !== BACKSLASH) continue;
    hasEscape = true;
    at += 1;
    if (text.charCodeAt(at) >= 128) isAscii = false;
  }
  if (at >= end) return null;
  cursor.at = at + 1;
  const raw = text.slice(start, at);
  const unescaped = hasEscape ? withoutEscapes(raw) : raw;
  return unescaped === null || isAscii ? unescaped : decodeUtf8(unescaped);
}

function withoutEscapes(raw: string): string | null {
  if (!/^(?:[^\\]|\\["\\n])*$/s.test(raw)) return null;
  return raw.replace(/\\(["\\n])/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}

function decodeUtf8(bytes: string): string | null {
  try {
    return utf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return null;
  }
}
