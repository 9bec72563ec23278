import { describe, expect, test } from "vitest";
import { isFromHere, isHostExpected, isOriginOwn, type Site } from "./same-origin";

const here = { host: "127.0.0.1:3000", address: "127.0.0.1" };
const local: Site = { publicUrl: null, isLoopbackOnly: true };
const open: Site = { publicUrl: null, isLoopbackOnly: false };
const published: Site = { publicUrl: "https://gpu.example", isLoopbackOnly: false };

describe("where a change may come from", () => {
  test.each([
    {},
    { origin: "http://127.0.0.1:3000" },
    { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ])("%j is from here", (headers) => {
    expect(isFromHere(headers, here, local)).toBe(true);
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
    expect(isFromHere(headers, here, local)).toBe(false);
  });

  test("behind a proxy that ends TLS the names agree, with or without the usual port", () => {
    const isOwn = (host: string) =>
      isOriginOwn({ origin: "https://gpu.example" }, { ...here, host }, open);
    expect(isOwn("gpu.example")).toBe(true);
    expect(isOwn("gpu.example:443")).toBe(true);
    expect(isOwn("gpu.example:444")).toBe(false);
  });

  test("an Origin without a Host is another site", () => {
    const headers = { origin: "http://127.0.0.1:3000" };
    expect(isOriginOwn(headers, { ...here, host: "" }, local)).toBe(false);
  });

  test.each([
    ["https://gpu.example", true],
    ["http://gpu.example", false], // the same name without the protection of https
    ["https://gpu.example:8443", false],
    ["http://127.0.0.1:3000", false], // agrees with Host, and is not the address that people open
    ["null", false],
  ])("with PUBLIC_URL only pages under it may change: %s %j", (origin, isTaken) => {
    expect(isFromHere({ origin }, here, published)).toBe(isTaken);
  });
});

describe("names in Host", () => {
  const named = (host: string, address = "192.0.2.1") => ({ host, address });

  test.each(["127.0.0.1:3000", "localhost:3000", "localhost", "[::1]:3000", "127.0.0.1"])(
    "%s is expected on a server that only loopback reaches",
    (name) => {
      expect(isHostExpected(named(name), local)).toBe(true);
    },
  );

  test.each([
    "evil.example:3000",
    "192.168.1.4",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
  ])("%s is a name that was pointed at loopback from outside", (name) => {
    expect(isHostExpected(named(name), local)).toBe(false);
    expect(isHostExpected(named(name), open)).toBe(true);
  });

  test.each(["", "a b", "x@127.0.0.1", "127.0.0.1/x", "127.0.0.1:99999"])(
    "%j is never expected",
    (name) => {
      expect(isHostExpected(named(name), open)).toBe(false);
    },
  );

  test.each([
    ["gpu.example", "192.0.2.1", true],
    ["GPU.example:443", "192.0.2.1", true],
    ["gpu.example:8443", "192.0.2.1", false],
    ["evil.example", "192.0.2.1", false],
    ["192.168.1.4:3000", "192.0.2.1", false],
    ["localhost:3000", "192.0.2.1", false],
    ["localhost:3000", "127.0.0.1", true],
    ["evil.example", "127.0.0.1", false],
  ])("with PUBLIC_URL: %s from %s is %j", (host, address, isTaken) => {
    expect(isHostExpected({ host, address }, published)).toBe(isTaken);
  });
});
