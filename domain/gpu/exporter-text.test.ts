import { describe, expect, test } from "vitest";
import { generateMetricsText } from "@/fixtures/exporters/generate-text";
import { seededRandom } from "@/fixtures/seeded-random";
import { ExporterText, type ExporterSample, type ExporterTextLimits } from "./exporter-text";

/** Samples of a text in UTF-8, or what is wrong with it. `cutAt` = lengths of the chunks. */
function parse(
  text: string,
  options: { chunk?: number; limits?: Partial<ExporterTextLimits> } = {},
) {
  return parseBytes(Buffer.from(text, "utf8").toString("latin1"), options);
}

function parseBytes(
  bytes: string,
  { chunk = 1 << 20, limits = {} }: { chunk?: number; limits?: Partial<ExporterTextLimits> } = {},
): ExporterSample[] | string {
  const samples: ExporterSample[] = [];
  const parser = new ExporterText({
    wants: () => true,
    onSample: (sample) => samples.push(sample),
    limits,
  });
  try {
    for (let at = 0; at < bytes.length; at += chunk) parser.push(bytes.slice(at, at + chunk));
    parser.end();
    return samples;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ExporterTextError") throw error;
    return error.message;
  }
}

const only = (text: string) => {
  const samples = parse(text);
  if (typeof samples === "string") throw new Error(samples);
  return samples.map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);
};

describe("accepts what promtool accepts (expfmt.TextParser)", () => {
  test.each<[string, unknown[]]>([
    ["", []],
    ["\n \n\t\n# comment\n#\n", []],
    ["a 1\n", [["a", {}, 1]]],
    ["\ta{} 1\n", [["a", {}, 1]]],
    ['a{b="c",} 1 123\n', [["a", { b: "c" }, 1]]],
    ['a { b = "c" , d = "" }1\n', [["a", { b: "c", d: "" }, 1]]],
    ['a{b="\\"\\\\\\n"} 1\n', [["a", { b: '"\\\n' }, 1]]],
    ['a{b="ä😀"} 1\n', [["a", { b: "ä😀" }, 1]]],
    ["a1.5\n", [["a1", {}, 0.5]]],
    [
      "a +Inf\na -inf\na Infinity\n",
      [
        ["a", {}, Infinity],
        ["a", {}, -Infinity],
        ["a", {}, Infinity],
      ],
    ],
    [
      "a 1e-400\na .5\na 5.\n",
      [
        ["a", {}, 0],
        ["a", {}, 0.5],
        ["a", {}, 5],
      ],
    ],
    ["# TYPE a gau\\ge\na 1\n", [["a", {}, 1]]],
    [
      "# HELP a x\n# TYPE a GAUGE\na 1\na 1\n",
      [
        ["a", {}, 1],
        ["a", {}, 1],
      ],
    ],
    [
      '# TYPE a summary\na{quantile="0.5"} 1\na_sum 2\n',
      [
        ["a", { quantile: "0.5" }, 1],
        ["a_sum", {}, 2],
      ],
    ],
  ])("%j", (text, expected) => {
    expect(only(text)).toEqual(expected);
    expect(parse(text, { chunk: 1 })).toEqual(parse(text));
  });

  test("NaN, and the text of a value that no number holds", () => {
    expect(parse("a NaN\nb 9223372036854775794\n")).toMatchObject([
      { value: NaN, rawValue: "NaN" },
      { rawValue: "9223372036854775794" },
    ]);
  });

  test("labels named as the prototype's are labels", () => {
    const samples = parse('a{__proto__="x",constructor="y"} 1\n') as ExporterSample[];
    expect([...samples[0]!.labels]).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

test.each([
  ["a", "the text ends in the middle of a line (line 1)"],
  ["a 1\nb 2", "the text ends in the middle of a line (line 2)"],
  ["1a 1\n", "a metric has an invalid name (line 1)"],
  ["a 1\r\n", "a value is no number (line 1)"],
  ["a\n", "a value is no number (line 1)"],
  ["a 1 \n", "a timestamp is no whole number (line 1)"],
  ["a 1 2 3\n", "a timestamp is no whole number (line 1)"],
  ["a 1 9223372036854775808\n", "a timestamp is no whole number (line 1)"],
  ["a 1e400\n", "a value is no number (line 1)"],
  ["a 0x10\n", "a value is no number (line 1)"],
  ["a 1_000\n", "a value is no number (line 1)"],
  ['a{b="c"\n', "a label value is followed by something else (line 1)"],
  ['a{b="c} 1\n', "a label value has no end, an unknown escape or is not UTF-8 (line 1)"],
  ['a{b="\\x"} 1\n', "a label value has no end, an unknown escape or is not UTF-8 (line 1)"],
  ['a{b="c",b="d"} 1\n', "a label stands twice (line 1)"],
  ['a{__name__="c"} 1\n', "the label __name__ is reserved (line 1)"],
  ["a{b=c} 1\n", "a label value has no quotes (line 1)"],
  ["a{b} 1\n", "a label has no value (line 1)"],
  ["a{,} 1\n", "a label has an invalid name (line 1)"],
  [
    "# TYPE a gauge\n# TYPE a gauge\n",
    "a metric has a second TYPE line, or one after its samples (line 2)",
  ],
  ["a 1\n# TYPE a gauge\n", "a metric has a second TYPE line, or one after its samples (line 2)"],
  ["# TYPE a nonsense\n", "a TYPE line has an unknown type (line 1)"],
  ["# HELP a x\n# HELP a x\n", "a metric has a second HELP line (line 2)"],
  ["# HELP a \\x\n", "a HELP line has an unknown escape (line 1)"],
  ["# HELP 1 x\n", "a comment has no valid metric name (line 1)"],
  ['# TYPE a histogram\na_bucket{le="x"} 1\n', "the label le is no number (line 2)"],
])("refuses %j: %s", (text, message) => {
  expect(parse(text)).toBe(message);
});

test("UTF-8 that is broken is refused in a label value, and no matter in a comment", () => {
  for (const bytes of ["\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"]) {
    expect(parseBytes(`a{b="${bytes}"} 1\n`), bytes).toContain("not UTF-8");
    expect(parseBytes(`# HELP a ${bytes}\na 1\n`)).toHaveLength(1);
  }
});

test("limits: lines, the length of one, and the number of metrics", () => {
  expect(parse("a 1\n".repeat(11), { limits: { maxLines: 10 } })).toBe(
    "there are too many lines (line 11)",
  );
  const long = `a{b="${"x".repeat(1_000)}"} 1`;
  expect(parse(`${long}\n`, { limits: { maxLineLength: 100 } })).toBe(
    "a line is too long (line 1)",
  );
  expect(parse(long, { chunk: 10, limits: { maxLineLength: 100 } })).toBe(
    "a line is too long (line 1)",
  );
  const many = Array.from({ length: 11 }, (_, i) => `m${i} 1\n`).join("");
  expect(parse(many, { limits: { maxFamilies: 10 } })).toBe("there are too many metrics (line 11)");
});

test("N4: 2,000 texts, whole or in chunks of any length, give the same and throw nothing else", () => {
  const random = seededRandom(20_261_124);
  let accepted = 0;
  for (let i = 0; i < 2_000; i += 1) {
    const bytes = generateMetricsText(random);
    const whole = parseBytes(bytes);
    if (typeof whole !== "string") accepted += 1;
    expect(parseBytes(bytes, { chunk: 1 + random.below(30) })).toEqual(whole);
  }
  expect(accepted).toBeGreaterThan(200);
  expect(accepted).toBeLessThan(1_800);
});
