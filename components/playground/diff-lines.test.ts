import { expect, test } from "vitest";
import { cutLinesOf, diffLinesOf } from "./diff-lines";

const part = (name: string, text: string, savedTokens = 0) => ({
  name,
  text,
  savedTokens,
  isRemoved: savedTokens > 0,
  priority: 3,
});
const shown = (...parts: ReturnType<typeof part>[]) =>
  diffLinesOf(parts, String).map(({ kind, text }) => `${kind}|${text}`);

test("a removed section with the ends of what stays around it, and how many lines it had", () => {
  expect(
    shown(part("a", "1\n2\n3\n"), part("b_c", "x\ny\nz\nw\n", 5), part("d", "4\n\n5\n6\n")),
  ).toEqual([
    "context|  2",
    "context|  3",
    "head|@@ b_c, priority 3, -5 @@",
    "removed|- x",
    "removed|- y",
    "removed|- … 2 more lines",
    "added|+ [B C: removed]",
    "context|  4",
    "context|  5",
  ]);
});

test("sections far from a removed one are left out, one line more is one line", () => {
  expect(shown(part("a", "1\n"), part("b", "2\n"), part("c", "x\ny\nz", 1))).toEqual([
    "context|  2",
    "head|@@ c, priority 3, -1 @@",
    "removed|- x",
    "removed|- y",
    "removed|- … 1 more line",
    "added|+ [C: removed]",
  ]);
});

test("a very long line is cut", () => {
  const [, line] = shown(part("a", "x".repeat(10_000), 1));
  expect(line?.length).toBeLessThan(400);
});

test("an end that was cut off is told with its tokens and with how the prompt ends instead", () => {
  const lines = cutLinesOf(`first\n${"x".repeat(200)}...[truncated]`, "−9,357");
  expect(lines.map(({ kind }) => kind)).toEqual(["head", "removed", "added"]);
  expect(lines[0]?.text).toBe("@@ end of the prompt, −9,357 @@");
  expect(lines[2]?.text).toBe(`+ …${"x".repeat(106)}...[truncated]`);
  expect(cutLinesOf("short", "−1").at(-1)?.text).toBe("+ short");
});
