import { describe, expect, test } from "vitest";
import { isFromHere, isHostExpected, isOriginOwn } from "./same-origin";

const host = "127.0.0.1:3000";

describe("where a change may come from", () => {
  test.each([
    {},
    { origin: "http://127.0.0.1:3000" },
    { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ])("%j is from here", (headers) => {
    expect(isFromHere({ host, ...headers })).toBe(true);
  });

  test.each([
    { origin: "null" },
    { origin: "" },
    { origin: "http://127.0.0.1:3001" },
    { origin: "http://localhost:3000" },
    { origin: "http://127.0.0.1:3000.evil.example" },
    { origin: "http://evil.example" },
    { origin: "file://127.0.0.1:3000" },
    { origin: "http://127.0.0.1:3000", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("%j is from another site", (headers) => {
    expect(isFromHere({ host, ...headers })).toBe(false);
  });

  test("behind a proxy that ends TLS the names agree, with or without the usual port", () => {
    expect(isOriginOwn({ origin: "https://gpu.example", host: "gpu.example" })).toBe(true);
    expect(isOriginOwn({ origin: "https://gpu.example", host: "gpu.example:443" })).toBe(true);
    expect(isOriginOwn({ origin: "https://gpu.example", host: "gpu.example:444" })).toBe(false);
  });

  test("an Origin without a Host is another site", () => {
    expect(isOriginOwn({ origin: "http://127.0.0.1:3000" })).toBe(false);
  });
});

describe("names in Host", () => {
  test.each(["127.0.0.1:3000", "localhost:3000", "localhost", "[::1]:3000", "127.0.0.1"])(
    "%s is expected on a server that only loopback reaches",
    (name) => {
      expect(isHostExpected(name, true)).toBe(true);
    },
  );

  test.each([
    "evil.example:3000",
    "192.168.1.4",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
  ])("%s is a name that was pointed at loopback from outside", (name) => {
    expect(isHostExpected(name, true)).toBe(false);
    expect(isHostExpected(name, false)).toBe(true);
  });

  test.each([undefined, "", "a b", "x@127.0.0.1", "127.0.0.1/x", "127.0.0.1:99999"])(
    "%j is never expected",
    (name) => {
      expect(isHostExpected(name, false)).toBe(false);
    },
  );
});
