import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { jsonAnswer, type Route } from "./route";

let http: TestHttp;
const route: Route = {
  method: "POST",
  path: "/api/echo",
  policy: "viewer",
  handle: async ({ readJson }) => jsonAnswer({ got: await readJson() }),
};
beforeAll(async () => {
  http = await startTestHttp({ routes: [route] });
});
afterAll(() => http.stop());

function post(body: BodyInit) {
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  const headers = { "content-type": "application/json", origin: http.origin };
  return fetch(`${http.origin}/api/echo`, { ...init, headers });
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
