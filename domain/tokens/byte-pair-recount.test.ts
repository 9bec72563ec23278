import { expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { countingWith, testEncoder } from "@/fixtures/test-encoder";
import { fuzzText, tokenCorpora } from "@/fixtures/token-texts";
import { incrementalCosts, joinParts } from "./section-costs";

const SECTIONS = 16;
const SECTION_UNITS = 3_000;

test("a prompt without one of 16 sections is counted exactly, in a tenth of the steps of a full count at most", async () => {
  const random = seededRandom(16);
  const { prose = "", code = "", json = "", cjk = "", scripts = "" } = tokenCorpora(random);
  const source = [prose, code, json, cjk, scripts].map((text) => text.slice(0, 12_000)).join("\n");
  const parts = Array.from({ length: SECTIONS }, (_, index) => {
    const body = source.slice(index * SECTION_UNITS, (index + 1) * SECTION_UNITS);
    return {
      name: `section ${index}`,
      text: `## Section ${index}\n${body}${fuzzText(random)}\n\n`,
    };
  });
  const encoder = testEncoder("o200k_base");
  const pieces = encoder.countPieces(parts.map(({ text }) => text).join(""));
  const costs = await incrementalCosts(parts, pieces, countingWith(encoder));
  if (costs === null) throw new Error("The sections cannot be counted each for itself.");
  for (let left = 0; left < SECTIONS; left += 1) {
    const replacements = parts.map((_, index) => (index === left ? "" : null));
    const before = encoder.steps;
    const tokens = await costs.tokensOf(replacements);
    const between = encoder.steps;
    expect(tokens).toBe(encoder.count(joinParts(parts, replacements)));
    expect((between - before) / (encoder.steps - between)).toBeLessThan(0.1);
  }
});
