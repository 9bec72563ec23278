import { expect, test } from "vitest";
import { seededRandom } from "@/fixtures/seeded-random";
import { countingWith, testEncoder } from "@/fixtures/test-encoder";
import { incrementalCosts, joinParts } from "./section-costs";
import { isInstruction, nameOfHeading, titleOfName } from "./section-names";
import { spreadTotals, tokensUpTo, totalsOf } from "./section-totals";

const encoder = testEncoder();

test("tokens up to an offset are those of the pieces that end there or before", () => {
  const pieces = { ends: Uint32Array.of(3, 5, 9), tokens: Uint32Array.of(1, 4, 5) };
  const upTo = [0, 2, 3, 4, 5, 8, 9, 99].map((offset) => tokensUpTo(pieces, offset));
  expect(upTo).toEqual([0, 0, 1, 1, 4, 4, 5, 5]);
  expect(totalsOf(["abcd", "", "efghi"], pieces)).toEqual([1, 0, 4]);
});

test("what borders add or save goes to the texts from the last back, and none is less than nothing", () => {
  expect(spreadTotals([3, 4], 8)).toEqual([3, 5]);
  expect(spreadTotals([3, 4, 1], 5)).toEqual([3, 2, 0]);
  expect(spreadTotals([], 0)).toEqual([]);
});

test("leaving parts out costs the same counted in stretches as counted whole", async () => {
  const random = seededRandom(11);
  const words = [
    "The zone, ",
    "word ",
    "a\n",
    "\n\n",
    "## Title\n",
    "12 ",
    "ABC",
    "中文",
    "  ",
    "!!\n",
  ];
  for (let round = 0; round < 500; round++) {
    const parts = Array.from({ length: 1 + random.below(6) }, (_, place) => ({
      name: `s${place}`,
      text: Array.from({ length: random.below(40) }, () => words[random.below(10)]).join(""),
    }));
    const counter = countingWith(encoder);
    const pieces = encoder.countPieces(parts.map(({ text }) => text).join(""));
    const costs = await incrementalCosts(parts, pieces, counter);
    for (let step = 0; step < 5; step++) {
      const left = parts.map(() => [null, "", "[X: removed]\n"][random.below(3)] ?? null);
      const text = joinParts(parts, left);
      expect(await costs?.tokensOf(left), text).toBe(encoder.count(text));
    }
  }
});

test("counts that do not add up are not used", async () => {
  const counter = countingWith(encoder);
  const pieces = { ends: Uint32Array.of(11), tokens: Uint32Array.of(7) };
  expect(await incrementalCosts([{ name: null, text: "hello world" }], pieces, counter)).toBeNull();
});

test("names and titles", () => {
  expect(nameOfHeading("Pet Detection (False Positive Check)")).toBe(
    "pet_detection_false_positive_check",
  );
  expect(nameOfHeading("---")).toBe("---");
  expect([titleOfName("depth_context"), titleOfName("Old notes"), titleOfName("reid")]).toEqual([
    "Depth Context",
    "Old notes",
    "Reid",
  ]);
  expect(["Output Format", "Your Task", "instructions", "Task Force"].map(isInstruction)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["Multitask", "Depth Context"].map(isInstruction)).toEqual([false, false]);
});
