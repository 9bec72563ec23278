import { expect, test } from "vitest";
import { parsePlaygroundSearch } from "./search-params";

const parse = (search: string) => parsePlaygroundSearch(new URLSearchParams(search));

test("profile, encoding and truncation are in the address", () => {
  expect(parse("")).toEqual({ profile: null, encoding: null, isTruncating: true });
  expect(parse("profile=nemotron&encoding=o200k_base&truncate=off")).toEqual({
    profile: "nemotron",
    encoding: "o200k_base",
    isTruncating: false,
  });
});

test("what cannot be meant counts as absent", () => {
  const search = `profile=${"x".repeat(200)}&encoding=p51k_base&truncate=perhaps`;
  expect(parse(search)).toEqual(parse(""));
});
