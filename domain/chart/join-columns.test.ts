import { expect, test } from "vitest";
import { joinColumns } from "./join-columns";

test("columns of different times share one list; what one lacks is null, never 0", () => {
  expect(
    joinColumns([
      { timesMs: [1, 2], values: [0, 5] },
      { timesMs: [2, 3], values: [7, null] },
    ]),
  ).toEqual({
    timesMs: [1, 2, 3],
    rows: [
      [0, null],
      [5, 7],
      [null, null],
    ],
  });
  expect(joinColumns([])).toEqual({ timesMs: [], rows: [] });
});
