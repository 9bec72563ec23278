import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError } from "@/server/errors";
import { createClientOf } from "@/server/identity/client-of";
import type { Route } from "./route";
import { jsonAnswer } from "./route";

let calls = 0;
let left = 0;
const routes: Route[] = [
  route("GET", "/api/ok", ({ query }) => jsonAnswer({ a: query.get("a") })),
  route("GET", "/api/long", () => jsonAnswer("x".repeat(4_000))),
  route("GET", "/api/missing", () => {
    throw new AppError("NOT_FOUND", "No GPU has this index.");
  }),
  route("GET", "/api/broken", () => {
    throw new Error("connect ECONNREFUSED 10.9.8.7:5432");
  }),
  route("GET", "/api/away", () => {
    throw new AppError("UNAVAILABLE", "The database does not answer.", {
      cause: new Error("connect ECONNREFUSED 10.9.8.7:5432"),
    });
  }),
  route("POST", "/api/change", () => {
    calls += 1;
    return jsonAnswer({ done: true });
  }),
  route("GET", "/api/slow", async ({ signal }) => {
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
    });
    left += 1;
    throw new Error("cancelled");
  }),
];

function route(method: Route["method"], path: string, handle: Route["handle"]): Route {
  return { method, path, policy: "viewer", handle };
}

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp({ routes });
});
afterAll(() => http.stop());

const ask = (path: string, init?: RequestInit) => fetch(`${http.origin}${path}`, init);
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
const securityNames = [
  "content-security-policy",
  "x-content-type-options",
  "referrer-policy",
  "cross-origin-opener-policy",
  "permissions-policy",
];

function expectSafe(headers: Headers) {
  for (const name of securityNames) expect(headers.get(name), name).toBeTruthy();
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(headers.get("x-powered-by")).toBeNull();
  expect(headers.get("server")).toBeNull();
  expect(headers.get("x-request-id")).toMatch(/^[\w-]{1,64}$/);
}

describe("requests", () => {
  test("a route answers with its status, body, length, request id and headers", async () => {
    const answer = await ask("/api/ok?a=1", { headers: { "x-request-id": "mine-1" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-request-id")).toBe("mine-1");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expectSafe(answer.headers);
    expect(await answer.json()).toEqual({ a: "1" });
  });

  test("HEAD has the headers of GET and no body", async () => {
    const answer = await http.raw(
      "HEAD /api/ok?a=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/content-length: 9\r\n/i);
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
  });

  test.each([
    ["/api/missing", 404, "NOT_FOUND", "No GPU has this index."],
    ["/api/none", 404, "NOT_FOUND", "There is no such address."],
    ["/api/broken", 500, "INTERNAL", "The server failed. Its log says why, under this request id."],
  ])("%s: %d with code, sentence and request id", async (...row) => {
    const [path, status, code, message] = row;
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expectSafe(answer.headers);
    const id = answer.headers.get("x-request-id");
    expect(await answer.json()).toEqual({ error: { code, message, request_id: id } });
  });

  test("the cause of a 500 is in the log under the request id, and not in the answer", async () => {
    await ask("/api/broken", { headers: { "x-request-id": "broken-1" } });
    const line = http.lines.find((entry) => entry.requestId === "broken-1" && "err" in entry);
    expect(JSON.stringify(line)).toContain("ECONNREFUSED");
  });

  test("so is the cause of an error of ours that is the server's fault, as a warning", async () => {
    const answer = await ask("/api/away", { headers: { "x-request-id": "away-1" } });
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(text).toContain("The database does not answer.");
    expect(text).not.toContain("10.9.8.7");
    const line = http.lines.find((entry) => entry.requestId === "away-1" && "err" in entry);
    expect(line?.level).toBe(40);
    expect(JSON.stringify(line)).toContain("ECONNREFUSED");
  });

  test.each(["", "Content-Type: text/plain\r\n", "Content-Type: application/json\r\n"])(
    "a POST to an address that only reads is told so, whatever it sends (%j)",
    async (type) => {
      const answer = await http.raw(
        `POST /api/ok HTTP/1.1\r\nHost: localhost\r\n${type}Content-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(answer)).toBe(405);
      expect(answer).toMatch(/^allow: GET, HEAD\r$/im);
    },
  );

  test("a wrong method is refused with those that work", async () => {
    const answer = await ask("/api/change");
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST");
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "TRACE"])(
    "%s is refused everywhere",
    async (method) => {
      for (const path of ["/", "/api/ok", "/api/trpc/x"]) {
        const answer = await http.raw(
          `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: a=secret\r\nConnection: close\r\n\r\n`,
        );
        expect(statusOf(answer)).toBe(405);
        expect(answer).toMatch(/^allow: GET, HEAD, POST\r$/im);
        expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
        expect(answer).not.toContain("secret");
      }
    },
  );

  test("CONNECT is refused and the socket closed", async () => {
    const answer = await http.raw("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(statusOf(answer)).toBe(405);
  });

  test("HSTS is sent only when the browser came by https", async () => {
    const plain = await ask("/api/ok");
    expect(plain.headers.get("strict-transport-security")).toBeNull();
    const forwarded = { "x-forwarded-proto": "https" };
    const claimed = await ask("/api/ok", { headers: forwarded }); // by somebody who is no trusted proxy
    expect(claimed.headers.get("strict-transport-security")).toBeNull();
    const own = await startTestHttp({
      routes,
      clientOf: createClientOf({ publicUrl: null, trustedProxies: ["127.0.0.1"] }),
    });
    const secure = await fetch(`${own.origin}/api/ok`, { headers: forwarded });
    await own.stop();
    expect(secure.headers.get("strict-transport-security")).toBe("max-age=31536000"); // not for names below this one
  });

  test("a client that leaves cancels its handler, and nothing is logged as a failure", async () => {
    const controller = new AbortController();
    const pending = ask("/api/slow", {
      signal: controller.signal,
      headers: { "x-request-id": "left-1" },
    });
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(pending).rejects.toThrow();
    await expect.poll(() => left).toBe(1);
    const failures = http.lines.filter((line) => line.requestId === "left-1" && "err" in line);
    expect(failures).toEqual([]);
  });
});

test("slow, idle and too many clients are bounded, and there is one listener of each kind", () => {
  const { server } = http;
  expect(server.headersTimeout).toBe(10_000);
  expect(server.requestTimeout).toBe(30_000);
  expect(server.timeout).toBe(30_000);
  expect(server.maxConnections).toBe(12_000);
  expect(server.listenerCount("request")).toBe(1);
  expect(server.listenerCount("upgrade")).toBe(1);
});

describe("changes", () => {
  const post = (headers: Record<string, string>, body = "{}") =>
    ask("/api/change", { method: "POST", headers, body });

  test("JSON from this site or from no browser is taken", async () => {
    const before = calls;
    const json = { "content-type": "application/json" };
    expect((await post(json)).status).toBe(200);
    expect((await post({ ...json, origin: http.origin })).status).toBe(200);
    expect((await post({ "content-type": "application/json; charset=utf-8" })).status).toBe(200);
    expect(calls).toBe(before + 3);
  });

  test.each([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["a form with files", { "content-type": "multipart/form-data; boundary=x" }, 415],
    ["a text form", { "content-type": "text/plain" }, 415],
    ["JSON in disguise", { "content-type": "text/plain; application/json" }, 415],
    ["another site", { "content-type": "application/json", origin: "http://evil.example" }, 403],
    ["a sandboxed frame", { "content-type": "application/json", origin: "null" }, 403],
    [
      "a cross-site fetch",
      { "content-type": "application/json", "sec-fetch-site": "cross-site" },
      403,
    ],
  ])("%s changes nothing", async (_name, headers, status) => {
    const before = calls;
    // fetch would replace sec-fetch-site
    const answer = await http.raw(
      `POST /api/change HTTP/1.1\r\nHost: 127.0.0.1:${http.port}\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join("")}Content-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    expect(statusOf(answer)).toBe(status);
    expect(calls).toBe(before);
  });

  test("a body above 1 MB is refused before it is read", async () => {
    const answer = await http.raw(
      "POST /api/change HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000001\r\nConnection: close\r\n\r\n{",
    );
    expect(statusOf(answer)).toBe(413);
  });
});

describe("names and shapes that are refused", () => {
  test.each(["evil.example", "evil.example:3000", "169.254.169.254"])(
    "Host %s: another site pointed its name at this machine",
    async (host) => {
      const answer = await http.raw(
        `GET /api/ok HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(answer)).toBe(403);
      expect(answer).toMatch(/^x-request-id: /im);
    },
  );

  test("a server that may be reached by others takes any name", async () => {
    const open = await startTestHttp({
      routes,
      site: { publicUrl: null, isLoopbackOnly: false },
    });
    const answer = await open.raw(
      "GET /api/ok HTTP/1.1\r\nHost: gpu.example\r\nConnection: close\r\n\r\n",
    );
    await open.stop();
    expect(statusOf(answer)).toBe(200);
  });

  test.each([
    ["an absolute address", "GET http://127.0.0.1:9/x HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["two slashes", "GET //evil.example/x HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["bad percent-encoding", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["a half encoded letter", "GET /%c3 HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["a backslash", "GET /\\evil HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["no slash", "GET x HTTP/1.1\r\nHost: localhost\r\n", 400],
    ["no Host", "GET /api/ok HTTP/1.1\r\n", 403],
    ["an old protocol without Host", "GET /api/ok HTTP/1.0\r\n", 403],
    ["a long address", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n`, 414],
    ["headers of 40 KB", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(40_000)}\r\n`, 431],
    ["no HTTP at all", "\u0016\u0003\u0001\u0002", 400],
    ["a header without a name", "GET / HTTP/1.1\r\nHost: localhost\r\n: x\r\n", 400],
    ["a folded header", "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b: c\r\n", 400],
  ])("%s", async (_name, head, status) => {
    const answer = await http.raw(`${head}Connection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
    expect(answer).not.toMatch(/stack|node:|\n\s+at /);
  });

  test.each([
    ["two lengths", "Content-Length: 4\r\nContent-Length: 30\r\n"],
    ["a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"],
    ["an unknown encoding", "Transfer-Encoding: xchunked\r\n"],
    ["chunks in disguise", "Transfer-Encoding: chunked, identity\r\n"],
    ["a space before the colon", "Content-Length : 4\r\n"],
    ["a negative length", "Content-Length: -1\r\n"],
    ["a bare line feed", "X: a\nContent-Length: 4\r\n"],
  ])("a second request hidden behind %s is never run", async (_name, headers) => {
    const before = calls;
    const smuggled =
      "POST /api/change HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    const answer = await http.raw(
      `POST /api/change HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n${headers}\r\n0\r\n\r\n${smuggled}`,
    );
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== "400")).toEqual([]);
    expect(calls).toBe(before);
  });
});

describe("upgrades", () => {
  const handshake = (target: string, extra = "") =>
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

  test.each([
    ["an absolute address", handshake("http://127.0.0.1:9/ws"), 400],
    ["two slashes", handshake("//127.0.0.1:9/ws"), 400],
    ["bad percent-encoding", handshake("/%"), 400],
    ["a page", handshake("/"), 404],
    ["hot reload, which production has not", handshake("/_next/hmr?id=1"), 404],
    ["an unknown socket", handshake("/ws/none"), 404],
    ["another site", handshake("/ws/none", "Origin: http://evil.example\r\n"), 403],
    ["a sandboxed frame", handshake("/ws/none", "Origin: null\r\n"), 403],
    ["another protocol", handshake("/").replace("websocket", "h2c"), 400],
    ["another method", handshake("/").replace("GET", "POST"), 400],
  ])("%s is refused and closed", async (_name, bytes, status) => {
    const answer = await http.raw(bytes);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/^x-request-id: /im);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({ error: {} });
  });
});

describe("what is counted and logged", () => {
  test("each answer is counted by method, route and status; unknown addresses are one series", async () => {
    const own = await startTestHttp({ routes });
    const get = async (path: string) => (await fetch(`${own.origin}${path}`)).arrayBuffer();
    await get("/api/ok?a=1");
    await get("/api/ok?a=2");
    for (let n = 0; n < 20; n++) await get(`/api/junk-${n}`);
    const text = await own.registry.metrics();
    await own.stop();
    expect(text).toMatch(/^http_requests_total\{method="GET",route="\/api\/ok",status="200"\} 2$/m);
    expect(text).toMatch(
      /^http_requests_total\{method="GET",route="unmatched",status="404"\} 20$/m,
    );
    expect(text).toMatch(
      /^http_request_duration_seconds_count\{method="GET",route="\/api\/ok",status="200"\} 2$/m,
    );
    expect(text).not.toContain("junk");
  });

  test("query strings are not logged", async () => {
    await ask("/api/ok?a=canary-4711", { headers: { "x-request-id": "quiet-1" } });
    await ask("/nothing/canary-4711?canary-4711", { headers: { "x-request-id": "quiet-2" } });
    await expect
      .poll(() => http.lines.filter(({ requestId }) => requestId === "quiet-2").length)
      .toBe(1);
    expect(JSON.stringify(http.lines)).not.toContain("canary-4711");
    expect(http.lines.find(({ requestId }) => requestId === "quiet-1")).toMatchObject({
      level: 20,
      method: "GET",
      route: "/api/ok",
      status: 200,
      durationMs: expect.any(Number) as number,
    });
  });

  test("a wall clock that is set back while a request runs gives no negative duration", async () => {
    const clock = vi.spyOn(Date, "now");
    const own = await startTestHttp({
      routes: [
        route("GET", "/api/back", () => {
          clock.mockReturnValue(1);
          return jsonAnswer({});
        }),
      ],
    });
    await (await fetch(`${own.origin}/api/back`)).arrayBuffer();
    await expect.poll(() => own.lines.length).toBe(1);
    clock.mockRestore();
    expect(own.lines[0]?.durationMs).toBeGreaterThanOrEqual(0);
    await own.stop();
  });

  test("a failure is logged at info even when requests are not", async () => {
    await ask("/api/broken", { headers: { "x-request-id": "loud-1" } });
    await expect
      .poll(() => http.lines.find((line) => line.requestId === "loud-1" && line.status === 500))
      .toMatchObject({ level: 30 });
  });
});
