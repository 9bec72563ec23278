import { describe, expect, test } from "vitest";
import { packRanks, readRanks } from "./ranks-file";

const base64 = (text: string) => Buffer.from(text, "latin1").toString("base64");
const line = (firstId: number, tokens: readonly string[]) =>
  ["!", firstId, ...tokens.map(base64)].join(" ");
const tokensOf = (file: Uint8Array) => {
  const { bytes, starts } = readRanks(file);
  return Array.from({ length: starts.length - 1 }, (_, id) =>
    Buffer.from(bytes.subarray(starts[id], starts[id + 1])).toString("latin1"),
  );
};

describe("packing and reading", () => {
  test("every token comes back under its id, of any bytes and length", () => {
    const tokens = ["a", "bc", "def", "\u00ff\u0000", "x".repeat(255)];
    expect(tokensOf(packRanks(line(0, tokens)))).toEqual(tokens);
  });

  test("ids between two lines are empty", () => {
    const text = `${line(0, ["a", "b"])}\n${line(4, ["cc"])}\n`;
    expect(tokensOf(packRanks(text))).toEqual(["a", "b", "", "", "cc"]);
  });

  test("a file that lies within other bytes is read", () => {
    const file = packRanks(line(0, ["a", "bc"]));
    const padded = new Uint8Array(file.length + 10);
    padded.set(file, 3);
    expect(tokensOf(padded.subarray(3, 3 + file.length))).toEqual(["a", "bc"]);
  });
});

test.each([
  ["no mark", "0 YQ=="],
  ["no id", "! YQ=="],
  ["an empty token", "! 0 YQ==  YQ=="],
  ["nothing behind the last blank", "! 0 YQ== "],
  ["another alphabet", "! 0 Y-_="],
  ["letters beyond ASCII", "! 0 é漢"],
  ["a token of 256 bytes", line(0, ["x".repeat(256)])],
])("ranks with %s are refused", (_name, text) => {
  expect(() => packRanks(text)).toThrow(RangeError);
});

describe("files that are not whole", () => {
  const file = packRanks(`${line(0, ["a", "bc", "def"])}\n${line(5, ["g"])}`);

  test("every cut and every longer file is refused", () => {
    for (let length = 0; length < file.length; length += 1)
      expect(() => readRanks(file.slice(0, length))).toThrow(RangeError);
    expect(() => readRanks(Uint8Array.of(...file, 0))).toThrow(RangeError);
  });

  test.each([
    ["another begin", 0, 0],
    ["a million segments", 6, 0x0f],
    ["more tokens than bytes", 14, 0xff],
    ["segments that overlap", 16, 1],
    ["another length", 24, 9],
  ])("%s is refused", (_name, at, value) => {
    const changed = file.slice();
    changed[at] = value;
    expect(() => readRanks(changed)).toThrow(RangeError);
  });
});
