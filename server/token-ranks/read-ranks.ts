import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Encoding } from "@/domain/tokens/encodings";
import { packRanks } from "@/domain/tokens/ranks-file";
import { projectFolder } from "@/server/project-folder";

const packages = createRequire(join(projectFolder, "package.json"));
const read = new Map<Encoding, Uint8Array>();

/**
 * The ranks of an encoding in the format of `packRanks`, from tiktoken's files. Its code is not loaded. Read once a process (or worker):
 * 10 to 60 ms, so a server does it before it serves, or in a worker.
 */
export function readRanksOf(encoding: Encoding): Uint8Array {
  const known = read.get(encoding);
  if (known) return known;
  const file = packages.resolve(`tiktoken/encoders/${encoding}.json`);
  const { bpe_ranks: text } = JSON.parse(readFileSync(file, "utf8")) as { bpe_ranks: string };
  const ranks = packRanks(text);
  read.set(encoding, ranks);
  return ranks;
}
