import { expect, test } from "vitest";
import { parseTarget } from "./request-target";

test("path and query are parted, and the path stays as it was sent", () => {
  const target = parseTarget("/gpu?gpu=GPU-1%2F2&from=-30m");
  expect(target).toMatchObject({ path: "/gpu" });
  expect("query" in target && [...target.query]).toEqual([
    ["gpu", "GPU-1/2"],
    ["from", "-30m"],
  ]);
  expect(parseTarget("/a%2Fb/../c")).toMatchObject({ path: "/a%2Fb/../c" });
  expect(parseTarget("/?")).toMatchObject({ path: "/" });
});

test.each([
  undefined,
  "",
  "*",
  "gpus",
  "//",
  "//evil.example/",
  "///",
  "http://127.0.0.1:9090/metrics",
  "https://evil.example",
  "/%",
  "/%zz",
  "/%c3%28",
  "/\\evil",
  "/a b",
  "/a\u0000b",
  "/ä",
  "/#x",
  '/"',
  "/<script>",
])("%j is malformed", (url) => {
  expect(parseTarget(url)).toMatchObject({ status: 400 });
});

test("a broken query is read as far as it goes and never throws", () => {
  expect(parseTarget("/x?a=%&b=%zz&=&&")).toMatchObject({ path: "/x" });
});

test("an address of more than 16 KiB is too long", () => {
  expect(parseTarget(`/${"a".repeat(16_383)}`)).toMatchObject({
    path: expect.any(String) as string,
  });
  expect(parseTarget(`/${"a".repeat(16_384)}`)).toMatchObject({ status: 414 });
});
