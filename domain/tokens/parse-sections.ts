import type { PromptPart } from "./prompt-part";
import { isSectionName, nameOfHeading, titleOfName } from "./section-names";

/** Of a text; what looks like a section behind the last of them is kept as text. */
const MAX_SECTIONS_OF_TEXT = 200;
/** Longer lines are text: no name is that long. */
const MAX_LINE_LENGTH = 400;

/** A line that may begin or end something. */
interface Line {
  start: number;
  /** Where the next line begins. */
  next: number;
  /** Without its break. */
  text: string;
}

/** From `start` up to `end`, in UTF-16 units. */
interface Span {
  start: number;
  end: number;
}

interface NamedSpan extends Span {
  name: string;
  title: string;
  priority?: number;
  required?: boolean;
}
type Opened = Omit<NamedSpan, "end">;

const marks = /^(?:##[ \t]|<\||[ \t]{0,8}<!--| {0,3}(?:```|~~~))/gm;
const heading = /^##[ \t]+(\S.*?)[ \t]*(?:[ \t]#+)?$/;
const opening =
  /^[ \t]*<!--[ \t]*section:[ \t]*(?:"([^"]+)"|([^\s">]+))((?:[ \t]+[^\s>]+)*)[ \t]*-->$/;
const closing = /^[ \t]*<!--[ \t]*\/section[ \t]*-->$/;
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * The parts of a prompt in order; together they are the text, letter by letter. A section begins
 * - with a line `## Title Case` or `## snake_case`, and ends before the next such line, a line that begins with `<|` (where the template
 *   of a chat goes on) or a marker, or
 * - with a marker on a line of its own, `<!-- section: NAME priority=3 required -->` (a name with spaces in quotation marks, the rest as
 *   you like), and ends with the line `<!-- /section -->`.
 * Headings inside of markers and of fenced code are text. What stands before, between and behind is nameless, and kept.
 */
export function parseSections(text: string): PromptPart[] {
  const lines = linesOf(text);
  const marked = markedSpans(lines);
  const fenced = fencedSpans(lines);
  const headed = headedSpans(lines, { marked, fenced, end: text.length });
  const spans = [...marked, ...headed].sort((a, b) => a.start - b.start);
  const parts: PromptPart[] = [];
  let at = 0;
  for (const { start, end, ...named } of spans.slice(0, MAX_SECTIONS_OF_TEXT)) {
    if (start > at) parts.push({ name: null, text: text.slice(at, start) });
    parts.push({ ...named, text: text.slice(start, end) });
    at = end;
  }
  if (at < text.length) parts.push({ name: null, text: text.slice(at) });
  return parts;
}

/** False of most texts without sections, in no time: only where it is true there is something to look for. */
export function mayHoldSections(text: string): boolean {
  return text.startsWith("## ") || /\n##[ \t]|<!--/.test(text);
}

function linesOf(text: string): Line[] {
  if (!mayHoldSections(text)) return [];
  return Array.from(text.matchAll(marks), ({ index: start }) => {
    const feed = text.indexOf("\n", start);
    const next = feed < 0 ? text.length : feed + 1;
    const end = feed < 0 ? next : feed;
    const line = text.slice(start, Math.min(end, start + MAX_LINE_LENGTH));
    return { start, next, text: line.endsWith("\r") ? line.slice(0, -1) : line };
  });
}

/** A marker that is never closed, or within which another begins, is text. */
function markedSpans(lines: readonly Line[]): NamedSpan[] {
  const spans: NamedSpan[] = [];
  let open: Opened | null = null;
  for (const line of lines) {
    if (!line.text.includes("<!--")) continue;
    open = openedBy(line) ?? open;
    if (open === null || !closing.test(line.text)) continue;
    spans.push({ ...open, end: line.next });
    open = null;
  }
  return spans;
}

function openedBy({ start, text }: Line): Opened | null {
  const [, quoted, bare, rest = ""] = opening.exec(text) ?? [];
  const name = (quoted ?? bare ?? "").trim();
  if (!isSectionName(name)) return null;
  const opened: Opened = { start, name, title: titleOfName(name) };
  for (const word of rest.split(/[ \t]+/).filter((one) => one !== "")) {
    const [, digits] = /^priority=(\d{1,6})$/.exec(word) ?? [];
    if (digits !== undefined) opened.priority = Number(digits);
    else if (word === "required") opened.required = true;
    else return null; // a word that is not known: rather no section than a wrong one
  }
  return opened;
}

/** Code between two fences. One that is never closed is text, and headings behind it are headings. */
function fencedSpans(lines: readonly Line[]): Span[] {
  const fences = lines.flatMap((line) => {
    const [, mark, info = ""] = fence.exec(line.text) ?? [];
    return mark === undefined ? [] : [{ line, mark, isBare: info.trim() === "" }];
  });
  // The longest mark that may close one, of those from here on: without it each fence would look through all that follow.
  const longest = { "`": 0, "~": 0 };
  const closable = fences.map(() => false);
  for (let at = fences.length - 1; at >= 0; at--) {
    const { mark = "", isBare = false } = fences[at] ?? {};
    const kind = mark.startsWith("~") ? "~" : "`";
    closable[at] = longest[kind] >= mark.length;
    if (isBare) longest[kind] = Math.max(longest[kind], mark.length);
  }
  const spans: Span[] = [];
  let begin: (typeof fences)[number] | null = null;
  fences.forEach((one, at) => {
    if (begin === null) {
      if (closable[at] === true) begin = one;
    } else if (one.isBare && one.mark.startsWith(begin.mark)) {
      spans.push({ start: begin.line.start, end: one.line.next });
      begin = null;
    }
  });
  return spans;
}

function headedSpans(
  lines: readonly Line[],
  { marked, fenced, end }: { marked: readonly Span[]; fenced: readonly Span[]; end: number },
): NamedSpan[] {
  const spans: NamedSpan[] = [];
  const isMarked = within(marked);
  const isFenced = within(fenced);
  let open: Opened | null = null;
  const close = (at: number) => {
    if (open !== null) spans.push({ ...open, end: at });
    open = null;
  };
  for (const line of lines) {
    const { start, text } = line;
    if (isMarked(start)) close(start);
    else if (isFenced(start)) continue;
    else if (text.startsWith("<|")) close(start);
    else {
      const next = headedBy(line);
      if (next === null) continue;
      close(start);
      open = next;
    }
  }
  close(end);
  return spans;
}

function headedBy({ start, text }: Line): Opened | null {
  const [, title = ""] = heading.exec(text) ?? [];
  return isSectionName(title) ? { start, name: nameOfHeading(title), title } : null;
}

/** Asked with ascending offsets only. */
function within(spans: readonly Span[]): (offset: number) => boolean {
  let at = 0;
  return (offset) => {
    while (at < spans.length && (spans[at]?.end ?? 0) <= offset) at += 1;
    const span = spans[at];
    return span !== undefined && span.start <= offset;
  };
}
