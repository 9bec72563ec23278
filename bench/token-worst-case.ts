import type { Encoding } from "@/domain/tokens/encodings";
import type { PromptCounter, PromptPart } from "@/domain/tokens/prompt-part";
import { incrementalCosts, joinParts } from "@/domain/tokens/section-costs";
import { seededRandom } from "@/fixtures/seeded-random";
import { tiktokenOracle } from "@/fixtures/tiktoken-oracle";
import { unbrokenTexts } from "@/fixtures/token-texts";
import { loadEncoding } from "@/server/token-ranks";
import { type Benchmark, type BenchmarkRow, median } from "./benchmark";
import { assertSame, cpuMs, loadNote, markdownText, tiktokenVersion } from "./tokens-data";

const ROUNDS = 7;
const BYTES = 100_000;
const SECTIONS = 16;
const SECTION_UNITS = 8_000;
/** Digits are a run without a break in r50k_base only: the newer encodings take them in threes. */
const runs: [string, Encoding][] = [
  ["one letter", "cl100k_base"],
  ["spaces", "cl100k_base"],
  ["dashes", "cl100k_base"],
  ["digits", "r50k_base"],
  ["random letters", "cl100k_base"],
  ["combining marks", "cl100k_base"],
];

function worstCase([name, encoding]: [string, Encoding]): BenchmarkRow[] {
  const encoder = loadEncoding(encoding);
  const make = unbrokenTexts[name];
  if (make === undefined) throw new Error(`There is no generator of ${name}.`);
  const units = BYTES / Buffer.byteLength(make(seededRandom(5), 1));
  const [text, twice] = [make(seededRandom(5), units), make(seededRandom(6), 2 * units)];
  const oracle = tiktokenOracle(encoding);
  let wanted = 0;
  const peer = cpuMs(() => (wanted = oracle.encode_ordinary(text).length));
  if (encoder.count(text) !== wanted) throw new Error(`${name}: another count than tiktoken's.`);
  assertSame(encoder, encoding, text.slice(0, units / 20));
  const times: number[] = [];
  const growth: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ours = cpuMs(() => encoder.count(text));
    const oursTwice = cpuMs(() => encoder.count(twice));
    if (round === 0) continue;
    times.push(ours);
    growth.push(oursTwice / ours);
  }
  const ours = median(times);
  return [
    { what: `100 KB of ${name}, ${encoding}`, unit: "ms", peer, ours, goal: "<= 0.01" },
    {
      what: `the time of 200 KB of ${name}, against that of 100 KB`,
      unit: "ms",
      peer: ours,
      ours: ours * median(growth),
      goal: "<= 2.3",
    },
  ];
}

/** A prompt of sections, of which one after the other is left out. */
async function recount(): Promise<BenchmarkRow> {
  const encoder = loadEncoding("cl100k_base");
  const source = markdownText();
  const parts = Array.from({ length: SECTIONS }, (_, index): PromptPart => {
    const body = source.slice(index * SECTION_UNITS, (index + 1) * SECTION_UNITS);
    return { name: `section ${index}`, text: `## Section ${index}\n${body}\n\n` };
  });
  const counter: PromptCounter = {
    count: async (texts) => texts.map((text) => encoder.count(text)),
    countPieces: async (text) => encoder.countPieces(text),
  };
  const pieces = encoder.countPieces(parts.map(({ text }) => text).join(""));
  const full: number[] = [];
  const again: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const costs = await incrementalCosts(parts, pieces, counter);
    if (costs === null) throw new Error("The sections cannot be counted each for itself.");
    let [fullMs, againMs] = [0, 0];
    for (let left = 0; left < SECTIONS; left += 1) {
      const replacements = parts.map((_, index) => (index === left ? "" : null));
      const text = joinParts(parts, replacements);
      const start = performance.now();
      const tokens = await costs.tokensOf(replacements);
      const between = performance.now();
      encoder.count(text);
      againMs += between - start;
      fullMs += performance.now() - between;
      if (tokens !== encoder.count(text)) throw new Error("Another count than of the whole.");
    }
    full.push(fullMs / SECTIONS);
    again.push(againMs / SECTIONS);
  }
  return {
    what: `count after one of ${SECTIONS} sections is left out, against a full count`,
    unit: "ms",
    peer: median(full),
    ours: median(again),
    goal: "<= 0.1",
  };
}

async function run() {
  const load = loadNote();
  return {
    peer: `tiktoken ${tiktokenVersion} (WebAssembly); ours with half the text; ours with the whole text`,
    rounds: ROUNDS,
    rows: [...runs.flatMap(worstCase), await recount()],
    checks: [
      "Ours counts each run as tiktoken does, and gives the same ids for a twentieth of it.",
      "Each count after a section was left out equals the count of the text that remains.",
    ],
    notes: [
      "tiktoken runs once a text: it takes up to ten seconds. Ours is a median.",
      "That the work grows as the text does is proved by counted steps in domain/tokens/byte-pair-encoder.test.ts; times are for information.",
      "Milliseconds are CPU time of the thread, so that other work on the machine counts little; those of the last row are of the clock.",
      load,
    ],
  };
}

export const tokenWorstCase: Benchmark = {
  name: "P5",
  title: "Token count at its worst: runs without a break, and a prompt that loses a section",
  run,
};
