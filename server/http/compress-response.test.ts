import { once } from "node:events";
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { acceptsGzip, compressResponse } from "./compress-response";

const text = JSON.stringify(Array.from({ length: 2_000 }, (_, n) => ({ n, name: "gpu" })));

interface Got {
  status: number | undefined;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** One request against a server that answers with `handle`. */
async function ask(
  handle: (res: ServerResponse) => void | Promise<void>,
  options: { method?: string; encoding?: string } = {},
): Promise<Got> {
  const server = createServer((req, res) => {
    compressResponse(req, res);
    void handle(res);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { method = "GET", encoding = "gzip" } = options;
  const req = get({ port, method, headers: { "accept-encoding": encoding }, agent: false });
  const [res] = (await once(req, "response")) as [IncomingMessage];
  const body = await buffer(res);
  server.close();
  return { status: res.statusCode, headers: res.headers, body };
}

function json(body: string, headers: Record<string, string> = {}) {
  return (res: ServerResponse) => {
    res.setHeader("Content-Type", "application/json");
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    res.end(body);
  };
}

describe("compression", () => {
  test("a long JSON answer is compressed and says so", async () => {
    const got = await ask(json(text, { "Content-Length": text.length.toString(), ETag: '"a"' }));
    expect(got.headers).toMatchObject({
      "content-encoding": "gzip",
      vary: "Accept-Encoding",
      etag: 'W/"a"',
    });
    expect(got.headers["content-length"]).toBeUndefined();
    expect(got.body.length).toBeLessThan(text.length / 5);
    expect(gunzipSync(got.body).toString()).toBe(text);
  });

  test.each([
    ["a short answer", json('{"a":1}'), {}],
    ["a client that takes none", json(text), { encoding: "identity" }],
    ["a client that refuses it", json(text), { encoding: "gzip;q=0, br" }],
    ["bytes that do not shrink", json(text, { "Content-Type": "font/woff2" }), {}],
    ["what is compressed already", json(text, { "Content-Encoding": "br" }), {}],
    ["a part of a file", json(text, { "Content-Range": "bytes 0-1/2" }), {}],
  ])("not for %s", async (_name, handle, options) => {
    const got = await ask(handle, options);
    expect(got.headers["content-encoding"]).not.toBe("gzip");
    expect(got.body.length).toBeGreaterThan(0);
    expect(text.startsWith(got.body.toString()) || got.body.toString() === '{"a":1}').toBe(true);
  });

  test("caches are told that the answer depends on it even when it was not compressed", async () => {
    expect((await ask(json(text), { encoding: "identity" })).headers.vary).toBe("Accept-Encoding");
  });

  test("HEAD and empty answers keep their headers", async () => {
    const head = await ask(json(text, { "Content-Length": text.length.toString() }), {
      method: "HEAD",
    });
    expect(head.headers["content-length"]).toBe(text.length.toString());
    const empty = await ask((res) => {
      res.statusCode = 304;
      res.end();
    });
    expect(empty).toMatchObject({ status: 304 });
    expect(empty.headers["content-encoding"]).toBeUndefined();
  });

  test("a stream stays a stream: it is compressed in parts and arrives whole, with its back-pressure", async () => {
    const parts = Array.from({ length: 300 }, () => text);
    let taken = 0;
    const got = await ask(async (res) => {
      res.setHeader("Content-Type", "text/plain");
      const source = Readable.from(parts).map((part: string) => {
        taken += 1;
        return part;
      });
      await pipeline(source, res);
    });
    expect(taken).toBe(parts.length);
    expect(gunzipSync(got.body).toString()).toBe(parts.join(""));
  });

  test("parts that are flushed arrive before the end", async () => {
    const server = createServer((req, res) => {
      compressResponse(req, res);
      res.setHeader("Content-Type", "application/json");
      res.write(text);
      (res as unknown as { flush: () => void }).flush(); // never ended
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const req = get({ port, headers: { "accept-encoding": "gzip" }, agent: false });
    const [res] = (await once(req, "response")) as [IncomingMessage];
    const [part] = (await once(res, "data")) as [Buffer];
    expect(part.length).toBeGreaterThan(0);
    req.destroy();
    server.closeAllConnections();
    server.close();
  });
});

test.each([
  ["gzip", true],
  ["br, gzip;q=0.5", true],
  ["GZIP", true],
  ["*", true],
  ["*;q=0, gzip", true],
  ["gzip;q=0", false],
  ["gzip; q=0.000, *", false],
  ["identity", false],
  ["", false],
  [undefined, false],
])("Accept-Encoding %j: %s", (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});
