import { stepTimes } from "./step-times";
import type { RemovalHistory } from "./usage-history";

/** How often one section was removed in each step. */
export interface RemovalLine {
  name: string;
  timesMs: number[];
  /** 0 where nothing was removed: then prompts kept it, or none came. */
  removed: number[];
  total: number;
  savedTokens: number;
}

/**
 * Lines of the sections that went most often, `most` of them, the rest summed up as one that is called `others`. Unlike sizes a count is 0
 * where nothing happened, so every step of the range is a point.
 */
export function removalLines(
  { sections, stepMs }: RemovalHistory,
  { fromMs, toMs, most }: { fromMs: number; toMs: number; most: number },
): RemovalLine[] {
  const timesMs = stepTimes({ fromMs, toMs, stepMs });
  const [firstMs = 0] = timesMs;
  const emptyLine = (name: string): RemovalLine => ({
    name,
    timesMs,
    removed: timesMs.map(() => 0),
    total: 0,
    savedTokens: 0,
  });
  const add = (line: RemovalLine, { points }: RemovalHistory["sections"][number]) => {
    for (const { atMs, prompts, savedTokens } of points) {
      const step = Math.round((atMs - firstMs) / stepMs);
      if (line.removed[step] !== undefined) line.removed[step] += prompts;
      line.total += prompts;
      line.savedTokens += savedTokens;
    }
    return line;
  };
  const lines = sections.slice(0, most).map((section) => add(emptyLine(section.name), section));
  const rest = sections.slice(most);
  if (rest.length === 0) return lines;
  return [...lines, rest.reduce(add, emptyLine("others"))];
}
