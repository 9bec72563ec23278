import { globSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import type { BytePairEncoder } from "@/domain/tokens/byte-pair-encoder";
import { differenceFromTiktoken } from "@/fixtures/tiktoken-oracle";
import type { Encoding } from "@/domain/tokens/encodings";

const root = path.resolve(import.meta.dirname, "..");
const MEGABYTE = 1_000_000;

export const tiktokenVersion = (
  JSON.parse(readFileSync(path.join(root, "node_modules/tiktoken/package.json"), "utf8")) as {
    version: string;
  }
).version;

/** 1 MB of READMEs: prose, lists, tables, commands and code between them, as prompts are made of. */
export function markdownText(): string {
  const files = globSync("node_modules/*/README.md", { cwd: root }).sort();
  return files
    .map((file) => readFileSync(path.join(root, file), "utf8"))
    .join("\n")
    .slice(0, MEGABYTE);
}

/** 1 MB of TypeScript. */
export function codeText(): string {
  const file = path.join(root, "node_modules/typescript/lib/lib.dom.d.ts");
  return readFileSync(file, "utf8").slice(0, MEGABYTE);
}

/** Throws where ours does not encode a text as tiktoken does: a fast wrong answer fails the run. */
export function assertSame(encoder: BytePairEncoder, encoding: Encoding, text: string): void {
  if (differenceFromTiktoken(encoder, encoding, text.slice(0, MEGABYTE)))
    throw new Error(`${encoding}: other ids than tiktoken's.`);
}

/** CPU time of this thread so far. */
function busyMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

export function cpuMs(work: () => unknown): number {
  const start = busyMs();
  work();
  return busyMs() - start;
}

/** What else ran: figures of a busy machine are lower, their ratios hold. */
export function loadNote(): string {
  return `Load of the machine in the minute before: ${loadavg()[0]?.toFixed(1) ?? "unknown"}.`;
}
