import { expect, test } from "vitest";
import { MessageRate } from "./message-rate";

test("fifty messages within a second are taken, the next one is too many, and a second later all is well", () => {
  const rate = new MessageRate();
  const taken = Array.from({ length: 50 }, (_, n) => rate.exceeds(n * 10));
  expect(taken).not.toContain(true);
  expect(rate.exceeds(1_000)).toBe(true);
  expect(rate.exceeds(1_001)).toBe(false);
});
