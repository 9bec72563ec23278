import fc from "fast-check";
import { expect, test } from "vitest";
import { toCsv } from "./csv";

test("numbers are whole, nulls empty, quotes doubled", () => {
  expect(
    toCsv(
      ["time", "GPU", "W"],
      [
        ["14:02:00", 'RTX "Ada", 0', 262.125],
        ["14:02:01", "RTX", null],
      ],
    ),
  ).toBe('time,GPU,W\r\n14:02:00,"RTX ""Ada"", 0",262.125\r\n14:02:01,RTX,\r\n');
});

test("text never starts a formula, negative numbers stay numbers", () => {
  expect(toCsv(["x"], [["=1+1"], ["+1"], ["-1"], ["@x"], [-1]])).toBe(
    "x\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n-1\r\n",
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(/^"?[=+\-@\t\r]/.test(toCsv(["x"], [[text]]).slice(3))).toBe(false);
    }),
  );
});
