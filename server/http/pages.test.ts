import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { createDevelopmentPages, createPages, type NextHandler } from "./pages";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: Record<string, unknown>;
}

/** Stands where Next stands and shows what would reach it. */
const seen: Seen[] = [];
const next: NextHandler = async (req, res) => {
  seen.push({ method: req.method, url: req.url, headers: { ...req.headers } });
  res.setHeader("Content-Type", "text/html");
  if (!res.hasHeader("Cache-Control")) res.setHeader("Cache-Control", "from next");
  res.end("<p>from next</p>");
};
const site = {
  pages: new Map([
    ["/", "policy of /"],
    ["/gpus", "policy of /gpus"],
  ]),
  assets: new Set(["/icon.svg", "/_next/static/chunks/a.js"]),
  notFound: { html: Buffer.from("<p>Nothing here</p>"), policy: "policy of 404" },
};

let http: TestHttp;
beforeAll(async () => {
  http = await startTestHttp({ pages: createPages({ site, next }) });
});
afterAll(() => http.stop());

const raw = (head: string) => http.raw(`${head}Host: localhost\r\nConnection: close\r\n\r\n`);

describe("what reaches Next", () => {
  test("a page, with its own policy, and never kept by shared caches", async () => {
    const answer = await fetch(`${http.origin}/gpus?from=-30m&_rsc=abc-1_2`);
    expect(await answer.text()).toBe("<p>from next</p>");
    expect(answer.headers.get("content-security-policy")).toBe("policy of /gpus");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(seen.at(-1)).toMatchObject({ method: "GET", url: "/gpus?_rsc=abc-1_2" });
  });

  test("a file of the build, with the cache rule of Next", async () => {
    const answer = await fetch(`${http.origin}/_next/static/chunks/a.js?v=1`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("from next");
    expect(seen.at(-1)?.url).toBe("/_next/static/chunks/a.js");
  });

  test("a script may load its parts and ask this server, as a worker does; other files may nothing", async () => {
    const policyOf = async (path: string) => {
      const answer = await fetch(`${http.origin}${path}`);
      return answer.headers.get("content-security-policy");
    };
    expect(await policyOf("/_next/static/chunks/a.js")).toBe(
      "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await policyOf("/icon.svg")).toMatch(/^default-src 'none'; frame-ancestors 'none'/);
  });

  test("of the headers only what client navigation needs", async () => {
    await raw(
      [
        "GET /gpus?__nextDefaultLocale=x&nxtPid=1&_rsc=%3Cscript%3E HTTP/1.1",
        "RSC: 1",
        "Next-Router-Prefetch: 1",
        "Next-Router-Segment-Prefetch: /_tree",
        "Next-Router-State-Tree: %5B%5D",
        "Next-Action: 1234",
        "X-Middleware-Subrequest: middleware:middleware",
        "X-Middleware-Prefetch: 1",
        "X-Now-Route-Matches: 1=a",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: http",
        "X-Matched-Path: /admin",
        "X-Prerender-Revalidate: 1",
        "X-Nextjs-Data: 1",
        "Cookie: __prerender_bypass=1; session=secret",
        "Authorization: Bearer secret",
        "Accept-Encoding: gzip",
        "",
      ].join("\r\n"),
    );
    expect(seen.at(-1)).toEqual({
      method: "GET",
      url: "/gpus",
      headers: {
        host: "localhost",
        rsc: "1",
        "next-router-prefetch": "1",
        "next-router-segment-prefetch": "/_tree",
        "next-router-state-tree": "%5B%5D",
      },
    });
  });
});

describe("what never reaches Next", () => {
  test.each([
    "/none",
    "/_not-found",
    "/_global-error",
    "/_next/image?url=%2Ficon.svg&w=64&q=75",
    "/_next/data/x/index.json",
    "/_next/static/chunks/../../server/app/index.html",
    "/_next/static/chunks/%2e%2e/x",
    "/_next/static/",
    "/index.rsc",
    "/gpus.rsc",
    "/gpus.segments/_tree.segment.rsc",
    "/index.html",
    "/gpus/.",
    "/GPUS",
    "/gpu%73",
    "/.env",
    "/favicon.ico",
  ])("%s is our 404", async (path) => {
    const before = seen.length;
    const answer = await raw(`GET ${path} HTTP/1.1\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toContain("policy of 404");
    expect(answer).toContain("Nothing here");
    expect(seen).toHaveLength(before);
  });

  test.each(["//gpus", "http://localhost/gpus", "///", "/%", "*"])(
    "the target %s is malformed",
    async (target) => {
      const before = seen.length;
      expect(await raw(`GET ${target} HTTP/1.1\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
      expect(seen).toHaveLength(before);
    },
  );

  test("a post, whatever it claims to be", async () => {
    const before = seen.length;
    const length = "Content-Length: 2\r\n";
    const action = await raw(
      `POST / HTTP/1.1\r\nNext-Action: 1\r\nContent-Type: application/json\r\n${length}`.replace(
        length,
        "Content-Length: 0\r\n",
      ),
    );
    expect(action).toMatch(/^HTTP\/1\.1 405 /);
    const form = await raw(
      "POST /gpus HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 0\r\n",
    );
    expect(form).toMatch(/^HTTP\/1\.1 405 /);
    expect(form).toMatch(/^allow: GET, HEAD\r$/im);
    expect(seen).toHaveLength(before);
  });

  test("a slash too many leads to the page, on this site", async () => {
    const answer = await raw("GET /gpus/?from=-30m HTTP/1.1\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 308 /);
    expect(answer).toMatch(/^location: \/gpus\?from=-30m\r$/im);
  });
});

test("in development the image API, actions and internal headers stay away from Next too", async () => {
  const own = await startTestHttp({ pages: createDevelopmentPages({ next }) });
  const before = seen.length;
  expect((await fetch(`${own.origin}/_next/image?url=x`)).status).toBe(404);
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
  expect((await fetch(`${own.origin}/`, post)).status).toBe(405);
  expect(seen).toHaveLength(before);
  const frames = { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" };
  expect((await fetch(`${own.origin}/__nextjs_original-stack-frames`, frames)).status).toBe(200);
  expect((await fetch(`${http.origin}/__nextjs_original-stack-frames`, frames)).status).toBe(405);
  const answer = await fetch(`${own.origin}/any`, { headers: { "x-middleware-subrequest": "x" } });
  expect(answer.headers.get("content-security-policy")).toContain("'unsafe-eval'");
  expect(seen.at(-1)?.headers).not.toHaveProperty("x-middleware-subrequest");
  await own.stop();
});
