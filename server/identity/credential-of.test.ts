import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { directClient } from "@/fixtures/route-request";
import { credentialOf } from "./credential-of";

function credential(headers: Record<string, string>, { url = "/api/x", isHttps = false } = {}) {
  return credentialOf({ headers, url } as unknown as IncomingMessage, { ...directClient, isHttps });
}
const key = (token: string, isInAddress = false) => ({ kind: "key", token, isInAddress });

describe("sessions", () => {
  test("each scheme has its own cookie, and the other one is not looked at", () => {
    const cookie = "a=1; sightline=plain; __Host-sightline=secure; b=2";
    expect(credential({ cookie })).toEqual({ kind: "session", token: "plain" });
    expect(credential({ cookie }, { isHttps: true })).toEqual({ kind: "session", token: "secure" });
    expect(credential({ cookie: "sightline=plain" }, { isHttps: true })).toEqual({ kind: "none" });
    expect(credential({ cookie: "__Host-sightline=secure" })).toEqual({ kind: "none" });
  });

  test.each(["sightline=a; sightline=b", "sightline=a; sightline=a", "sightline=;sightline=a"])(
    "%s: of two nobody knows which was meant",
    (cookie) => {
      expect(credential({ cookie })).toMatchObject({ kind: "refused" });
    },
  );

  test.each(["xsightline=a", "sightlinex=a", "Sightline=a", "a=sightline=b", ""])(
    "%j holds none",
    (cookie) => {
      expect(credential({ cookie })).toEqual({ kind: "none" });
    },
  );
});

describe("keys", () => {
  test.each([
    [{ authorization: "Bearer abc" }, "abc"],
    [{ authorization: "bearer   abc " }, "abc"],
    [{ "x-api-key": "abc" }, "abc"],
    [{ authorization: "Bearer abc", "x-api-key": "abc" }, "abc"],
  ])("%j", (headers: Record<string, string>, token) => {
    expect(credential(headers)).toEqual(key(token));
  });

  test.each([
    ["two keys", { authorization: "Bearer abc", "x-api-key": "abd" }],
    ["a header twice", { "x-api-key": "abc, abd" }],
    ["a key and a session", { authorization: "Bearer abc", cookie: "sightline=abc" }],
    ["no key after Bearer", { authorization: "Bearer" }],
    ["an empty key", { "x-api-key": "" }],
    ["letters that a key has not", { authorization: "Bearer a\u00e9" }],
    ["a space", { authorization: "Bearer a b" }],
    ["a key without end", { "x-api-key": "x".repeat(513) }],
  ])("%s is refused with a sentence", (_name, headers: Record<string, string>) => {
    expect(credential(headers)).toEqual({
      kind: "refused",
      message: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });

  test.each(["Basic YTpi", "Negotiate abc", "Bearerabc", ""])(
    "%j is for a proxy between, and none of ours",
    (authorization) => {
      expect(credential({ authorization })).toEqual({ kind: "none" });
    },
  );

  test("an address and a sub-protocol are looked at in a handshake alone", () => {
    const protocol = { "sec-websocket-protocol": "sightline, api-key.abc" };
    const upgrade = { upgrade: "websocket" };
    const url = "/ws/system?api_key=abc";
    expect(credential(protocol, { url })).toEqual({ kind: "none" });
    expect(credential({ ...protocol, ...upgrade })).toEqual(key("abc"));
    expect(credential(upgrade, { url })).toEqual(key("abc", true));
    expect(credential({ ...upgrade, ...protocol }, { url: `${url}d` })).toMatchObject({
      kind: "refused",
    });
    expect(credential(upgrade, { url: `${url}&api_key=abd` })).toMatchObject({ kind: "refused" });
  });
});
