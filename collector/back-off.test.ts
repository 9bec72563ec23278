import { expect, test } from "vitest";
import { backOffMs } from "./back-off";

test("1 s, doubled up to 60 s, never outside of that", () => {
  const middle = () => 0.5;
  expect([1, 2, 3, 4, 6, 7, 8, 1_000].map((failures) => backOffMs(failures, middle))).toEqual([
    1_000, 2_000, 4_000, 8_000, 32_000, 60_000, 60_000, 60_000,
  ]);
  expect(backOffMs(3, () => 0)).toBe(3_200);
  expect(backOffMs(3, () => 1)).toBe(4_800);
  expect(backOffMs(50, () => 1)).toBe(60_000);
});
