import { connect } from "node:net";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anonymousActor, keyActor } from "@/fixtures/actors";
import { fakeTokens } from "@/fixtures/fake-tokens";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { testEncoder } from "@/fixtures/test-encoder";
import { testFeatures } from "@/fixtures/test-features";
import { logger } from "@/server/logger";
import type { Actor } from "@/server/policy/policy";
import { createRestApi } from "@/server/rest-api";
import { createTrpcHandler, trpcAddresses } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import type { TokenServices } from "./token-services";
import { tokensRoutes } from "./routes";

// Over HTTP: long bodies, and texts that are streamed.

const encoder = testEncoder();
const workers = fakeTokens().context.workers;
/** Holds counts of uploads until it is let go. */
let held: Promise<unknown> | null = null;
const signals: AbortSignal[] = [];
const heldWorkers: TokenServices["workers"] = {
  ...workers,
  async countBytes(vocabulary, bytes, signal) {
    signals.push(signal);
    await Promise.race([held, once(signal, "abort").then(() => signal.throwIfAborted())]);
    return workers.countBytes(vocabulary, bytes, signal);
  },
};
const tokens = fakeTokens({ workers: heldWorkers });
const parts = testFeatures({ features: { tokens: tokens.context } });
let actor: Actor = keyActor("ingest");
let http: TestHttp;

beforeAll(async () => {
  const own = tokensRoutes(tokens.context);
  const shared = { router: appRouter, features: parts.features, nowMs: Date.now };
  http = await startTestHttp({
    routes: [...own, ...createRestApi({ ...shared, version: "1", existing: own })],
    trpc: { ...trpcAddresses, handle: createTrpcHandler({ ...shared, logger }) },
    actorOf: () => actor,
  });
});
afterAll(async () => {
  await http.stop();
  await parts.stop();
});

function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const init = { method: "POST", body, duplex: "half" } as RequestInit;
  return fetch(`${http.origin}${path}`, {
    ...init,
    headers: { "content-type": "application/json", origin: http.origin, ...headers },
  });
}
const upload = (body: BodyInit, query = "", headers: Record<string, string> = {}) =>
  post(`/api/tokens/count-upload${query}`, body, { "content-type": "text/plain", ...headers });

describe("bodies of JSON", () => {
  const text = "word ".repeat(300_000); // 1.5 MB
  const tooLong = JSON.stringify({ text: "word ".repeat(400_001) });

  test("may hold 2 MB where prompts are taken, by REST and by tRPC", async () => {
    for (const path of ["/api/tokens/count", "/api/trpc/tokens.count"]) {
      const answer = await post(path, JSON.stringify({ text }));
      expect(answer.status).toBe(200);
      expect(JSON.stringify(await answer.json())).toContain(`"tokens":${encoder.count(text)}`);
      expect((await post(path, tooLong)).status).toBe(413);
    }
  });

  test("hold 1 MB elsewhere, and in a batch that asks for anything else", async () => {
    for (const path of [
      "/api/keys/create",
      "/api/trpc/keys.create",
      "/api/trpc/tokens.count,keys.create?batch=1",
    ])
      expect((await post(path, JSON.stringify({ text }))).status).toBe(413);
  });

  test("the same answer by REST as by tRPC", async () => {
    const input = JSON.stringify({ sections: [{ name: "a", text: "Hello" }], maxOutputTokens: 0 });
    const rest = (await (await post("/api/tokens/validate", input)).json()) as object;
    expect(rest).toMatchObject({ isValid: true, promptTokens: 1, availableTokens: 4_096 });
    const budget = await fetch(`${http.origin}/api/tokens/budget?maxOutputTokens=96`);
    expect(await budget.json()).toMatchObject({ availableForPrompt: 4_000 });
  });
});

describe("a text that is streamed", () => {
  const text = "Größe 中文 🟢 and words. ".repeat(100_000); // 3.4 MB
  const bytes = new TextEncoder().encode(text);
  const expected = { tokens: encoder.count(text), sections: null, overheadTokens: null };

  test("is counted, announced or not, packed or not, whatever letters the parts split", async () => {
    const parts = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 65_537)
          controller.enqueue(bytes.slice(at, at + 65_537));
        controller.close();
      },
    });
    for (const answer of [
      await upload(bytes),
      await upload(parts),
      await upload(gzipSync(bytes), "", { "content-encoding": "gzip" }),
    ]) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject(expected);
    }
    expect(await (await upload("")).json()).toMatchObject({ tokens: 0 });
  });

  test("by an encoding or a model; an address that says anything else is refused", async () => {
    const named = await upload("naïve", "?encoding=r50k_base");
    expect(await named.json()).toMatchObject({
      tokens: testEncoder("r50k_base").count("naïve"),
      method: { name: "r50k_base" },
    });
    expect(await (await upload("a", "?model=gpt-9")).json()).toMatchObject({
      method: { warning: expect.stringContaining("gpt-9") as string },
    });
    expect((await upload("a", "?modl=gpt-9")).status).toBe(422);
  });

  test("may hold 64 MiB, and needs somebody who may count", async () => {
    const zeros = gzipSync(new Uint8Array((64 << 20) + 1), { level: 1 });
    const answer = await upload(zeros, "", { "content-encoding": "gzip" });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("The body may hold 64 MiB at most.");
    actor = anonymousActor;
    expect((await upload("a")).status).toBe(401);
    actor = keyActor("ingest");
  });

  test("is not counted any more when the client leaves, and its place is free again", async () => {
    const gate = Promise.withResolvers<null>();
    held = gate.promise;
    signals.splice(0);
    const head = `POST /api/tokens/count-upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n`;
    const sockets = [connect(http.port, "127.0.0.1"), connect(http.port, "127.0.0.1")];
    for (const socket of sockets) socket.write(`${head}Hello`);
    await expect.poll(() => signals.length).toBe(2);
    const refused = await upload("Hello");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => signals.every(({ aborted }) => aborted)).toBe(true);
    gate.resolve(null);
    held = null;
    await expect.poll(async () => (await upload("Hello")).status).toBe(200);
  });
});
