import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter";

test("lines come whole, however the text is cut", () => {
  const splitter = new LineSplitter();
  expect(splitter.push("on")).toEqual([]);
  expect(splitter.push("e\ntwo\r\nth")).toEqual(["one", "two\r"]);
  expect(splitter.push("ree\n\n")).toEqual(["three", ""]);
});

test("10 MB without an end of line are dropped, and the next line is read", () => {
  const splitter = new LineSplitter();
  for (let part = 0; part < 160; part += 1) {
    expect(splitter.push("x".repeat(64 * 1024))).toEqual([]);
  }
  expect(splitter.push("tail\nnext\n")).toEqual(["next"]);
  expect(splitter.push(`${"y".repeat(70_000)}\nafter\n`)).toEqual(["after"]);
});
