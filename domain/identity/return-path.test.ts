import { describe, expect, test } from "vitest";
import { returnPathOf } from "./return-path";

describe("returnPathOf", () => {
  test.each([
    "/",
    "/gpus",
    "/gpus?from=now-1h&q=a%5Cb//c",
    "/traces/abc#span-1",
    "/a%20b",
    "/apix",
  ])("%s stays", (path) => {
    expect(returnPathOf(path)).toBe(path);
  });

  test.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/%25252525252fevil.example",
    "/a//evil.example",
    "/..//evil.example",
    "/a/../..//evil.example",
    "/%2e%2e/%2fevil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "gpus",
    "",
    "/api/auth/oidc/start",
    "/API/auth/oidc/start",
    "/%61pi/trpc",
    "/%",
    "/\u2028/evil.example",
    "/é",
    " /gpus",
  ])("%j becomes /", (path) => {
    expect(returnPathOf(path)).toBe("/");
  });

  test("whatever is kept stays on this site when a browser resolves it", () => {
    for (const path of ["/gpus?next=//evil.example", "/gpus?next=https://evil.example"])
      expect(new URL(returnPathOf(path), "https://portal.example").origin).toBe(
        "https://portal.example",
      );
    expect(returnPathOf(`/${"a".repeat(1_000)}`)).toBe("/");
    expect(returnPathOf(null)).toBe("/");
  });
});
