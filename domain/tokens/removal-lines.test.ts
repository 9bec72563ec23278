import { expect, test } from "vitest";
import { removalLines } from "./removal-lines";

const MINUTE_MS = 60_000;
const section = (name: string, ...minutes: [minute: number, prompts: number][]) => ({
  name,
  points: minutes.map(([minute, prompts]) => ({
    atMs: minute * MINUTE_MS,
    prompts,
    savedTokens: prompts * 10,
  })),
});

test("every step of the range is a point, 0 where nothing was removed", () => {
  const [line] = removalLines(
    { stepMs: MINUTE_MS, sections: [section("depth", [1, 4], [3, 1])] },
    { fromMs: 20_000, toMs: 4 * MINUTE_MS, most: 3 },
  );
  expect(line).toEqual({
    name: "depth",
    timesMs: [0, 1, 2, 3].map((minute) => minute * MINUTE_MS),
    removed: [0, 4, 0, 1],
    total: 5,
    savedTokens: 50,
  });
});

test("what is beyond the most is one line of its own, and nothing is lost", () => {
  const sections = ["a", "b", "c", "d"].map((name) => section(name, [0, 2]));
  const lines = removalLines(
    { stepMs: MINUTE_MS, sections },
    { fromMs: 0, toMs: MINUTE_MS, most: 2 },
  );
  expect(lines.map(({ name, total }) => [name, total])).toEqual([
    ["a", 2],
    ["b", 2],
    ["others", 4],
  ]);
});

test("a step outside the range is counted, but has no point", () => {
  const [line] = removalLines(
    { stepMs: MINUTE_MS, sections: [section("depth", [9, 1])] },
    { fromMs: 0, toMs: 2 * MINUTE_MS, most: 1 },
  );
  expect(line).toMatchObject({ removed: [0, 0], total: 1 });
});
