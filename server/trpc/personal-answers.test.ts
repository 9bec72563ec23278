import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { identityOf, type TestIdentity } from "@/fixtures/identity-of";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { testFeatures } from "@/fixtures/test-features";
import { gpuReadyQueries } from "@/server/gpu";
import { logger } from "@/server/logger";
import { createTrpcHandler, TRPC_PREFIX } from "./handle-trpc-request";
import type { ReadyQueries } from "./ready-query";
import { appRouter } from "./root";

// A7: bytes that are kept serve whoever may ask, and nobody else; and they hold nothing that is somebody's own.

const REQUESTS = 10_000;
const CONNECTIONS = 10;
const NOON_MS = Date.UTC(2026, 10, 24, 12);

let own: TestIdentity;
let http: TestHttp;
let features: ReturnType<typeof testFeatures>;
let prepared = 0;

beforeAll(async () => {
  own = identityOf({ anonymousRole: "none" });
  features = testFeatures({ nowMs: () => NOON_MS });
  const { clientOf, actorOf, watch } = own.identity;
  const handle = createTrpcHandler({
    router: appRouter,
    readyQueries: gpuReadyQueries,
    features: features.features,
    nowMs: () => NOON_MS,
    logger,
  });
  http = await startTestHttp({ trpc: { prefix: TRPC_PREFIX, handle }, clientOf, actorOf, watch });
});
afterAll(async () => {
  await http.stop();
  await features.stop();
  await own.identity.stop();
});

const input = encodeURIComponent(
  JSON.stringify({
    gpuUuids: ["GPU-0"],
    metrics: ["utilizationPercent"],
    fromMs: NOON_MS - 600_000,
    toMs: NOON_MS,
    stepMs: 10_000,
  }),
);

/** Asks over one connection, one request after the other without waiting, and answers the status of each. */
async function pipeline(heads: readonly string[]): Promise<number[]> {
  const socket = connect(http.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.write(
    heads
      .map((head, index) => {
        const end = index === heads.length - 1 ? "Connection: close\r\n" : "";
        return `GET ${TRPC_PREFIX}gpu.history?input=${input} HTTP/1.1\r\nHost: localhost\r\n${head}${end}\r\n`;
      })
      .join(""),
  );
  await new Promise((resolve) => socket.on("close", resolve));
  expect(text).not.toMatch(/^set-cookie:/im);
  expect(text.match(/^vary: .*Cookie, Authorization, X-API-Key\r$/gim)).toHaveLength(heads.length);
  return [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status));
}

test(
  "one query of two who differ in rights, 10,000 times: each gets what is theirs",
  { timeout: 120_000 },
  async () => {
    const reader = own.store.signIn({ role: "viewer", nowMs: own.clock.wallMs });
    const sender = own.store.issue("ingest");
    const heads = [
      { head: `Cookie: sightline=${reader.token}\r\n`, status: 200 },
      { head: `Authorization: Bearer ${sender.token}\r\n`, status: 403 },
      { head: "", status: 401 },
    ];
    const perConnection = REQUESTS / CONNECTIONS;
    const asked = Array.from({ length: CONNECTIONS }, (_, c) =>
      Array.from({ length: perConnection }, (__, n) => heads[(n * 7 + c) % heads.length]),
    );
    const answered = await Promise.all(
      asked.map((group) => pipeline(group.map((one) => one?.head ?? ""))),
    );
    const wrong = asked
      .flatMap((group, g) => group.map((one, n) => one?.status === answered[g]?.[n]))
      .filter((isRight) => !isRight);
    process.stdout.write(`A7: ${answered.flat().length} requests: ${wrong.length} mix-ups\n`);
    expect(answered.flat()).toHaveLength(REQUESTS);
    expect(wrong).toHaveLength(0);
  },
);

test("a cookie that a kept query would set goes to whoever asked first, and into no bytes", async () => {
  const kept: ReadyQueries = {
    "system.about": {
      prepare: (context) => {
        prepared += 1;
        context.setCookie("canary=1");
        return { key: "about", edition: () => "1" };
      },
      isKept: () => true,
    },
  };
  const { clientOf, actorOf } = own.identity;
  const handle = createTrpcHandler({
    router: appRouter,
    readyQueries: kept,
    features: features.features,
    nowMs: () => NOON_MS,
    logger,
  });
  const other = await startTestHttp({ trpc: { prefix: TRPC_PREFIX, handle }, clientOf, actorOf });
  const { token } = own.store.issue("read");
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${other.origin}${TRPC_PREFIX}system.about`, { headers });
    return { cookies: answer.headers.getSetCookie(), body: await answer.text() };
  };
  const first = await ask();
  const second = await ask();
  await other.stop();
  expect(first.cookies).toEqual(["canary=1"]);
  expect(second.cookies).toEqual([]);
  expect(second.body).toBe(first.body);
  expect(prepared).toBe(1);
});
