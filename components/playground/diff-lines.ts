import { titleOfName } from "@/domain/tokens/section-names";

export interface DiffLine {
  kind: "context" | "head" | "removed" | "added";
  text: string;
}

interface DiffPart {
  name: string;
  text: string;
  isRemoved: boolean;
  priority: number;
  savedTokens: number;
}

const SHOWN_OF_REMOVED = 2;
const CONTEXT_LINES = 2;
const MAX_LINE_LENGTH = 300;

/** What truncation changes as lines of a diff: a few lines around and of each removed section, and how many more there are. */
export function diffLinesOf(
  parts: readonly DiffPart[],
  formatTokens: (n: number) => string,
): DiffLine[] {
  const lines: DiffLine[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.isRemoved) {
      lines.push({
        kind: "head",
        text: `@@ ${part.name}, priority ${part.priority}, ${formatTokens(-part.savedTokens)} @@`,
      });
      lines.push(...removedLines(part.text));
      lines.push({ kind: "added", text: `+ [${titleOfName(part.name)}: removed]` });
      continue;
    }
    if (parts[index + 1]?.isRemoved === true) lines.push(...contextLines(part.text, "end"));
    else if (parts[index - 1]?.isRemoved === true) lines.push(...contextLines(part.text, "start"));
  }
  return lines;
}

function removedLines(text: string): DiffLine[] {
  const { first, count } = firstLines(text, SHOWN_OF_REMOVED);
  const more = count - first.length;
  return [
    ...first.map((line): DiffLine => ({ kind: "removed", text: `- ${short(line)}` })),
    ...(more > 0
      ? [{ kind: "removed" as const, text: `- … ${more} more ${more === 1 ? "line" : "lines"}` }]
      : []),
  ];
}

const SHOWN_OF_RESULT = 120;

/** That the end of the prompt is cut off: so many tokens, and how it ends instead. */
export function cutLinesOf(result: string, savedTokens: string): DiffLine[] {
  const last = result.slice(result.lastIndexOf("\n") + 1);
  const end = last.length > SHOWN_OF_RESULT ? `…${last.slice(-SHOWN_OF_RESULT)}` : last;
  return [
    { kind: "head", text: `@@ end of the prompt, ${savedTokens} @@` },
    { kind: "removed", text: "- … everything to the end" },
    { kind: "added", text: `+ ${end}` },
  ];
}

/** Without making a list of all lines: a section may have a million. */
function firstLines(text: string, most: number): { first: string[]; count: number } {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text;
  const first: string[] = [];
  let count = 0;
  for (let from = 0; from <= whole.length; count += 1) {
    const end = whole.indexOf("\n", from);
    if (first.length < most) first.push(whole.slice(from, end === -1 ? undefined : end));
    if (end === -1) return { first, count: count + 1 };
    from = end + 1;
  }
  return { first, count };
}

function contextLines(text: string, side: "start" | "end"): DiffLine[] {
  const near = side === "start" ? text.slice(0, 2_000) : text.slice(-2_000);
  const lines = near.split("\n").filter((line) => line.trim() !== "");
  const shown = side === "start" ? lines.slice(0, CONTEXT_LINES) : lines.slice(-CONTEXT_LINES);
  return shown.map((line) => ({ kind: "context", text: `  ${short(line)}` }));
}

function short(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line;
}
