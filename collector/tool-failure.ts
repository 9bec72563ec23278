import { basename } from "node:path";
import type { ToolEnd } from "./tool-process";

/** Why a program did not give its answer, as one clause for a person; null when it ended well. `setting` names the path, if one is set. */
export function describeToolEnd(
  end: ToolEnd & { isTooLate?: boolean },
  { program, setting }: { program: string; setting: string | null },
): string | null {
  const name = basename(program);
  if (end.isTooLate === true) return `${name} does not answer`;
  if (end.startError === "ENOENT") {
    return setting === null ? `${name} is not on PATH` : `${setting} names no file`;
  }
  if (end.startError === "EACCES") {
    return setting === null
      ? `${name} may not be run`
      : `${setting} names a file that may not be run`;
  }
  if (end.startError !== null) return `${name} could not be started (${end.startError})`;
  if (end.signal !== null) return `${name} was ended by ${end.signal}`;
  return end.code === 0 ? null : `${name} ended with code ${end.code ?? "unknown"}`;
}
