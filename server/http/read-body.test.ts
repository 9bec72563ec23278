import { createHash } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { longJsonBody } from "./body-rule";
import { jsonAnswer, type Route } from "./route";

let http: TestHttp;
const route: Route = {
  method: "POST",
  path: "/api/echo",
  policy: "viewer",
  handle: async ({ readJson }) => jsonAnswer({ got: await readJson() }),
};
/** How many parts a streamed body came in, and what it said. */
const streamed: Route = {
  method: "POST",
  path: "/api/streamed",
  policy: "viewer",
  body: { contentTypes: ["text/plain", "application/octet-stream"], maxBytes: 3_000_000 },
  handle: async ({ readParts }) => {
    let parts = 0;
    const hash = createHash("sha256");
    for await (const part of readParts()) {
      parts += 1;
      hash.update(part);
    }
    return jsonAnswer({ parts, sha256: hash.digest("hex") });
  },
};
/** Takes one part, and says that the client has left. */
const left = Promise.withResolvers<unknown>();
const endless: Route = {
  ...streamed,
  path: "/api/endless",
  handle: async ({ readParts, signal }) => {
    try {
      let bytes = 0;
      for await (const part of readParts()) bytes += part.length;
      return jsonAnswer({ bytes });
    } catch (error) {
      left.resolve({ error, isAborted: signal.aborted });
      throw error;
    }
  },
};
const long: Route = { ...route, path: "/api/long", body: longJsonBody };
beforeAll(async () => {
  http = await startTestHttp({ routes: [route, long, streamed, endless] });
});
afterAll(() => http.stop());

function post(body: BodyInit, path = "/api/echo", more: Record<string, string> = {}) {
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const headers = { "content-type": "application/json", origin: http.origin, ...more };
  return fetch(`${http.origin}${path}`, { ...init, headers });
}

/** In pieces, so that no header says how long it is. */
function piecesOf(bytes: Uint8Array, size: number): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size)
        controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

test("a body of JSON, also when a letter is split between two pieces", async () => {
  const value = { text: "Größe 日本 🟢", list: [1, null] };
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  for (const size of [1, 7, bytes.length]) {
    const answer = await post(piecesOf(bytes, size));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ got: value });
  }
});

test.each(["", "{", "undefined", "{'a':1}"])("%j is refused as no JSON", async (body) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ error: { code: "INVALID" } });
});

test("a body past 1 MB is refused, announced or not", async () => {
  const large = new TextEncoder().encode(JSON.stringify("a".repeat(1_000_000)));
  expect((await post(large)).status).toBe(413);
  const answer = await post(piecesOf(large, 100_000)).catch(() => null);
  // It may also see the connection closed, since the rest of its body is not read.
  if (answer) expect(answer.status).toBe(413);
  expect((await post("1")).status).toBe(200);
});

test("a route that takes more says how much, and nothing else takes more", async () => {
  const body = JSON.stringify("a".repeat(1_500_000));
  expect((await post(body, "/api/long")).status).toBe(200);
  const tooLong = await post(JSON.stringify("a".repeat(2_000_000)), "/api/long");
  expect(tooLong.status).toBe(413);
  expect(await tooLong.text()).toContain("The body may hold 2 MB at most.");
  expect((await post(body)).status).toBe(413);
});

describe("a streamed body", () => {
  const bytes = new Uint8Array(2_500_000).map((_, place) => (place * 7) % 251);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = { "content-type": "text/plain; charset=utf-8" };

  test("comes in parts, announced or not, plain or packed", async () => {
    const packed = { ...text, "content-encoding": "gzip" };
    for (const answer of [
      await post(bytes, "/api/streamed", text),
      await post(piecesOf(bytes, 100_000), "/api/streamed", text),
      await post(gzipSync(bytes), "/api/streamed", packed),
    ]) {
      expect(answer.status).toBe(200);
      const got = (await answer.json()) as { parts: number; sha256: string };
      expect(got.sha256).toBe(sha256);
      expect(got.parts).toBeGreaterThan(1);
    }
  });

  test("is refused past the route's own bound, also when a packed one gives more than it seems", async () => {
    const bomb = gzipSync(new Uint8Array(30_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const packed = { ...text, "content-encoding": "gzip" };
    expect((await post(bomb, "/api/streamed", packed)).status).toBe(413);
    const announced = new Uint8Array(3_000_001);
    expect((await post(announced, "/api/streamed", text)).status).toBe(413);
    const answer = await post(piecesOf(announced, 100_000), "/api/streamed", text).catch(
      () => null,
    );
    if (answer) expect(answer.status).toBe(413);
  });

  test("is refused as another type, broken gzip and an unknown packing", async () => {
    const wrong = await post(bytes, "/api/streamed");
    expect([wrong.status, await wrong.text()]).toEqual([
      415,
      expect.stringContaining("Send the body as text/plain."),
    ]);
    const broken = { ...text, "content-encoding": "gzip" };
    expect((await post(bytes, "/api/streamed", broken)).status).toBe(422);
    const brotli = { ...text, "content-encoding": "br" };
    expect((await post(bytes, "/api/streamed", brotli)).status).toBe(422);
  });

  test("ends with an error when the client leaves in the middle", async () => {
    const socket = connect(http.port, "127.0.0.1");
    socket.write(
      "POST /api/endless HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nhalf",
      () => socket.destroy(),
    );
    expect(await left.promise).toMatchObject({ error: { code: "ECONNRESET" } });
  });
});
