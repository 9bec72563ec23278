import type { Encoding } from "./encodings";

/**
 * The first 16 digits of the SHA-256 of what `packRanks` makes of each encoding of tiktoken 1.0.22. They are part of the address, so that
 * a browser may keep the file for ever; a test compares them with the files.
 */
export const ranksDigests: Readonly<Record<Encoding, string>> = {
  cl100k_base: "94e3b1af08834082",
  o200k_base: "1d7fce69aa73741a",
  p50k_base: "3995711b46bab044",
  r50k_base: "d9d876c70414970b",
};

export const RANKS_PATH = "/api/tokens/ranks";

/**
 * Where a browser gets the ranks of an encoding. The body is what `new BytePairEncoder(encoding, ranks)` takes:
 *
 *     const answer = await fetch(ranksAddress("o200k_base"));
 *     const encoder = new BytePairEncoder("o200k_base", new Uint8Array(await answer.arrayBuffer()));
 *
 * About 0.4 MB come over the wire for cl100k_base, 1.0 for o200k_base and 0.2 for the others, once. Building takes some 10 to 50 ms: do
 * it in a worker.
 */
export function ranksAddress(encoding: Encoding): string {
  return `${RANKS_PATH}?encoding=${encoding}&digest=${ranksDigests[encoding]}`;
}
