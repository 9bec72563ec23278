import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { createClientOf } from "./client-of";

type Headers = Record<string, string>;

function request(peer: string | undefined, headers: Headers = {}, encrypted = false) {
  const host = { host: "localhost:3000" };
  return {
    headers: { ...host, ...headers },
    socket: { remoteAddress: peer, encrypted },
  } as unknown as IncomingMessage;
}

function clientOf(
  settings: { publicUrl?: string; trusted?: string[] },
  peer: string | undefined,
  headers?: Headers,
) {
  const { publicUrl = null, trusted = [] } = settings;
  return createClientOf({ publicUrl, trustedProxies: trusted })(request(peer, headers));
}

const proxies = { trusted: ["10.0.0.0/8", "fd00::/8", "192.0.2.7"] };

describe("the client's address", () => {
  test.each([
    ["nobody is trusted", {}, "10.0.0.1", "1.2.3.4", "10.0.0.1"],
    ["a proxy that is not in the list", proxies, "203.0.113.9", "1.2.3.4", "203.0.113.9"],
    ["one trusted proxy", proxies, "10.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["the last of two trusted proxies", proxies, "10.0.0.1", "1.2.3.4, 10.9.9.9", "1.2.3.4"],
    ["what the client made up stands left", proxies, "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
    [
      "a made-up trusted address stands left of the client's",
      proxies,
      "10.0.0.1",
      "10.0.0.2, 1.2.3.4",
      "1.2.3.4",
    ],
    ["all of them trusted: the farthest", proxies, "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["a trusted proxy that says nothing", proxies, "10.0.0.1", "", "10.0.0.1"],
    ["something that is no address", proxies, "10.0.0.1", "unknown", "10.0.0.1"],
    [
      "no address right of the client's",
      proxies,
      "10.0.0.1",
      "1.2.3.4, <script>, 10.0.0.2",
      "10.0.0.2",
    ],
    ["IPv6 in brackets, with a port", proxies, "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
    ["IPv4 with a port", proxies, "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"],
    ["IPv4 inside IPv6, of the peer", proxies, "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"],
    ["IPv4 inside IPv6, forwarded", proxies, "10.0.0.1", "::FFFF:1.2.3.4", "1.2.3.4"],
    ["a trusted proxy over IPv6", proxies, "fd00::1", "2001:db8::1, fd12::9", "2001:db8::1"],
    ["a single trusted address", proxies, "192.0.2.7", "1.2.3.4", "1.2.3.4"],
    ["its neighbour is not", proxies, "192.0.2.8", "1.2.3.4", "192.0.2.8"],
  ])("%s", (...row) => {
    const [, settings, peer, forwarded, address] = row;
    const headers: Headers = forwarded === "" ? {} : { "x-forwarded-for": forwarded };
    expect(clientOf(settings, peer, headers).address).toBe(address);
  });

  test("Forwarded is read where X-Forwarded-For is missing, of a trusted proxy alone", () => {
    const headers = { forwarded: 'for="[2001:db8::1]:4711";proto=https;host=gpu.example' };
    expect(clientOf(proxies, "10.0.0.1", headers)).toMatchObject({
      address: "2001:db8::1",
      isHttps: true,
      host: "gpu.example",
    });
    expect(clientOf(proxies, "203.0.113.9", headers)).toMatchObject({
      address: "203.0.113.9",
      isHttps: false,
      host: "localhost:3000",
    });
  });

  test("a connection that is gone already has none", () => {
    expect(clientOf(proxies, undefined).address).toBe("");
  });
});

describe("https", () => {
  const https = "https://gpu.example";
  test.each([
    ["plain", {}, "1.2.3.4", {}, false],
    ["a stranger's word", {}, "1.2.3.4", { "x-forwarded-proto": "https" }, false],
    ["a trusted proxy's word", proxies, "10.0.0.1", { "x-forwarded-proto": "https" }, true],
    ["it says http", proxies, "10.0.0.1", { "x-forwarded-proto": "http" }, false],
    ["it says nonsense", proxies, "10.0.0.1", { "x-forwarded-proto": "gopher" }, false],
    ["PUBLIC_URL, by its host", { publicUrl: https }, "1.2.3.4", { host: "gpu.example" }, true],
    ["PUBLIC_URL, by another name", { publicUrl: https }, "1.2.3.4", { host: "gpu.lan" }, false],
    ["PUBLIC_URL, on this machine", { publicUrl: https }, "127.0.0.1", {}, false],
    ["PUBLIC_URL, through the proxy", { ...proxies, publicUrl: https }, "10.0.0.1", {}, true],
    [
      "PUBLIC_URL with http",
      { publicUrl: "http://gpu.example" },
      "1.2.3.4",
      { host: "gpu.example" },
      false,
    ],
  ])("%s", (...row) => {
    const [, settings, peer, headers, isHttps] = row;
    expect(clientOf(settings, peer, headers).isHttps).toBe(isHttps);
  });

  test("an encrypted connection is https whatever anybody says", () => {
    const req = request("1.2.3.4", { "x-forwarded-proto": "http" }, true);
    expect(createClientOf({ publicUrl: null, trustedProxies: [] })(req).isHttps).toBe(true);
  });
});

describe("direct requests of this machine", () => {
  test.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])("from %s", (peer) => {
    expect(clientOf({}, peer).isDirectLoopback).toBe(true);
  });

  test.each([
    ["another machine", {}, "192.168.1.4", {}],
    ["a name that was pointed here", {}, "127.0.0.1", { host: "evil.example:3000" }],
    ["no name", {}, "127.0.0.1", { host: "" }],
    [
      "a proxy on this machine (X-Forwarded-For)",
      {},
      "127.0.0.1",
      { "x-forwarded-for": "1.2.3.4" },
    ],
    ["a proxy on this machine (Forwarded)", {}, "127.0.0.1", { forwarded: "for=1.2.3.4" }],
    ["a proxy on this machine (Via)", {}, "127.0.0.1", { via: "1.1 nginx" }],
    ["a proxy on this machine (X-Real-IP)", {}, "127.0.0.1", { "x-real-ip": "1.2.3.4" }],
    ["a balancer (CF-Connecting-IP)", {}, "127.0.0.1", { "cf-connecting-ip": "1.2.3.4" }],
    ["a balancer (True-Client-IP)", {}, "127.0.0.1", { "true-client-ip": "1.2.3.4" }],
    ["a balancer (X-Client-IP)", {}, "127.0.0.1", { "x-client-ip": "1.2.3.4" }],
    ["a proxy before a proxy", {}, "127.0.0.1", { "x-original-forwarded-for": "1.2.3.4" }],
    ["a proxy on this machine (any other)", {}, "127.0.0.1", { "x-forwarded-scheme": "http" }],
    ["a proxy on this machine that was declared", { trusted: ["127.0.0.1"] }, "127.0.0.1", {}],
    ["a server that is opened by PUBLIC_URL", { publicUrl: "http://localhost:3000" }, "::1", {}],
  ])("not: %s", (...row) => {
    const [, settings, peer, headers] = row;
    expect(clientOf(settings, peer, headers).isDirectLoopback).toBe(false);
  });
});

describe("the name that a browser asked for", () => {
  const published = { ...proxies, publicUrl: "https://gpu.example" };
  test.each([
    ["Host", {}, "1.2.3.4", { host: "gpu.lan:3000" }, "gpu.lan:3000"],
    ["a stranger's word", {}, "1.2.3.4", { "x-forwarded-host": "evil.example" }, "localhost:3000"],
    ["a proxy's", proxies, "10.0.0.1", { "x-forwarded-host": "gpu.example" }, "gpu.example"],
    ["a proxy that asks by address and tells no name", published, "10.0.0.1", {}, "gpu.example"],
    [
      "a name that a proxy passed on",
      published,
      "10.0.0.1",
      { host: "evil.example" },
      "evil.example",
    ],
  ])("%s", (...row) => {
    const [, settings, peer, headers, host] = row;
    expect(clientOf(settings, peer, headers).host).toBe(host);
  });
});

test("what a program calls itself is kept to 300 characters", () => {
  expect(clientOf({}, "::1", { "user-agent": "x".repeat(9_000) }).userAgent).toHaveLength(300);
});
