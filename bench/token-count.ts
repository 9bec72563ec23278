import { type Encoding, encodings } from "@/domain/tokens/encodings";
import { seededRandom } from "@/fixtures/seeded-random";
import { tiktokenOracle } from "@/fixtures/tiktoken-oracle";
import { cjkText } from "@/fixtures/token-texts";
import { loadEncoding } from "@/server/token-ranks";
import { alternate, type Benchmark, type BenchmarkRow, median } from "./benchmark";
import {
  assertSame,
  codeText,
  cpuMs,
  loadNote,
  markdownText,
  tiktokenVersion,
} from "./tokens-data";

const ROUNDS = 9;
const CJK_UNITS = 300_000;
const PHRASES = [
  "你好世界",
  "東京都は日本の首都です。",
  "한국어 문장입니다. ",
  "漢字仮名交じり文",
  "。\n",
  "🙂",
];

interface Corpus {
  what: string;
  goal: BenchmarkRow["goal"];
  /** The text of a round; both sides get the same. */
  textOf: (round: number) => string;
}

function corpora(): Corpus[] {
  const random = seededRandom(4);
  const [markdown, code] = [markdownText(), codeText()];
  let phrases = "";
  while (phrases.length < CJK_UNITS) phrases += PHRASES[random.below(PHRASES.length)] ?? "";
  const fresh = Array.from({ length: ROUNDS + 1 }, () => cjkText(random, CJK_UNITS));
  return [
    { what: "markdown prompts", goal: ">= 4", textOf: () => markdown },
    { what: "TypeScript", goal: ">= 4", textOf: () => code },
    { what: "CJK, another text each round", goal: ">= 1", textOf: (round) => fresh[round] ?? "" },
    { what: "CJK, a few phrases again and again", goal: ">= 1", textOf: () => phrases },
  ];
}

async function rowOf(encoding: Encoding, { what, goal, textOf }: Corpus): Promise<BenchmarkRow> {
  const [oracle, encoder] = [tiktokenOracle(encoding), loadEncoding(encoding)];
  const speedOf = (encode: (text: string) => unknown) => {
    let round = 0;
    return async () => {
      const text = textOf(round);
      round += 1;
      return Buffer.byteLength(text) / 1_000 / cpuMs(() => encode(text));
    };
  };
  const speeds = await alternate({
    rounds: ROUNDS,
    peer: speedOf((text) => oracle.encode_ordinary(text)),
    ours: speedOf((text) => encoder.encode(text)),
  });
  assertSame(encoder, encoding, textOf(0));
  return {
    what: `${what}, ${encoding}`,
    unit: "MB/s",
    peer: median(speeds.peer),
    ours: median(speeds.ours),
    goal,
  };
}

async function run() {
  const load = loadNote();
  const rows: BenchmarkRow[] = [];
  for (const encoding of encodings)
    for (const corpus of corpora()) rows.push(await rowOf(encoding, corpus));
  return {
    peer: `tiktoken ${tiktokenVersion} (WebAssembly)`,
    rounds: ROUNDS,
    rows,
    checks: ["Both give the same ids for each text."],
    notes: [
      "Ids are made by both sides; a count alone is faster by a tenth to a fifth on ours.",
      "One thread, warm: ours remembers pieces, so the first megabyte of a process is slower. The CJK text that differs each round shows what that is worth.",
      "Megabytes a second of CPU time of the thread, so that other work on the machine counts little.",
      load,
    ],
  };
}

export const tokenCount: Benchmark = {
  name: "P4",
  title: "Token count: four encodings against tiktoken",
  run,
};
