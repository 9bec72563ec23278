import { expect, test } from "vitest";
import { backPathOf, isDoor } from "./doors";

test("only the pages for strangers are doors", () => {
  expect(["/sign-in", "/setup"].every(isDoor)).toBe(true);
  expect(["/", "/account", "/sign-in/x", "/api/sign-in"].some(isDoor)).toBe(false);
});

test.each([
  ["/gpu?gpu=GPU-1&from=-6h", "/gpu?gpu=GPU-1&from=-6h"],
  ["/gpus?q=a%2Fb#row", "/gpus?q=a%2Fb#row"],
  ["//evil.example/", "/"],
  ["/sign-in?return_to=/gpus", "/"],
  ["/setup#x", "/"],
  [null, "/"],
])("from %j one comes back to %s", (text, path) => {
  expect(backPathOf(text)).toBe(path);
});
