import { expect, test } from "vitest";
import { newReadableSecret } from "./readable-secret";

test("25 letters in five groups, none that looks like another, and never the same", () => {
  const made = Array.from({ length: 2_000 }, newReadableSecret);
  for (const secret of made) expect(secret).toMatch(/^[2-9A-HJ-NP-Z]{5}(?:-[2-9A-HJ-NP-Z]{5}){4}$/);
  expect(new Set(made).size).toBe(2_000);
  // 50,000 letters of 32: each about 1,560 times, and within 25 % of that unless the choice is uneven.
  const counts = new Map<string, number>();
  for (const letter of made.join("").replaceAll("-", ""))
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect(counts.size).toBe(32);
  expect(Math.min(...counts.values())).toBeGreaterThan(1_170);
});
