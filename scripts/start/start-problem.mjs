import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** An expected end of the start: its message is the sentence for the person, `details` are lines to show before it. */
export class StartProblem extends Error {
  constructor(sentence, details = "") {
    super(sentence);
    this.name = "StartProblem";
    this.details = details;
  }
}

const sentences = {
  ENOSPC: "The disk is full: free space, then try again.",
  EDQUOT: "The disk quota is used up: free space, then try again.",
  EFBIG: "The disk is full: free space, then try again.",
  EROFS: "The folder of Sightline is read-only: make it writable, or install it elsewhere.",
  EACCES: "A folder of Sightline may not be written: correct the rights of its files.",
  EMFILE: "Too many files are open: raise the limit (ulimit -n), then try again.",
};

/** Where the details of an unexpected error go, since a terminal never shows a stack trace; null when nowhere. */
function keepDetails(error) {
  const folder = path.join(root, "dist");
  const file = path.join(folder, "last-error.txt");
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause ? `\ncaused by: ${String(error.cause)}` : "";
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${new Date().toISOString()}\n${text}${cause}\n`, { mode: 0o600 });
    return path.relative(process.cwd(), file);
  } catch {
    return null;
  }
}

/** Exactly one sentence for any error: its own when it was written for a person, else that of the system's code. */
export function sentenceOf(error) {
  if (error instanceof Error && ["AppError", "StartProblem"].includes(error.name)) {
    return error.message.split("\n", 1)[0];
  }
  const known = sentences[error?.code];
  if (known) return known;
  const file = keepDetails(error);
  return file === null
    ? "Something unexpected happened: try again, and report it if it stays."
    : `Something unexpected happened: try again, and report it with the file ${file} if it stays.`;
}
