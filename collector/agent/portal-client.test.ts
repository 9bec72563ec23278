import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { SampleBatch, SampleBatchAnswer } from "@/domain/ingest/sample-batch";
import { gpuSampleSeries } from "@/fixtures/gpu-samples";
import { createPortalClient } from "./portal-client";

const KEY = "0123456789abcdef0123456789abcdef";
const NOON = Date.UTC(2026, 4, 1, 12);
const taken: SampleBatchAnswer = {
  service: "sightline",
  version: "1.2.3",
  accepted: 2,
  refused: {},
  serverTimeMs: NOON - 7_000,
};

let server: Server;
let answer: RequestListener;
let seen: { url: string | undefined; key: string | undefined; body: Buffer; packed: boolean }[];
let url: string;
beforeEach(async () => {
  seen = [];
  answer = (_req, res) => res.end(JSON.stringify(taken));
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const { authorization, "content-encoding": encoding } = req.headers;
      const body = Buffer.concat(chunks);
      seen.push({ url: req.url, key: authorization, body, packed: encoding === "gzip" });
      answer(req, res);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const batchOf = (samples: unknown[]): SampleBatch => ({
  host: "box",
  agent: { version: "1", run: "r" },
  sequence: 1,
  sentAtMs: NOON,
  backlog: { samples: 0, oldestMs: null, dropped: 0 },
  samples,
  processes: [],
  quarantined: [],
});
const send = (options: { portalUrl?: string; samples?: unknown[]; key?: string | null } = {}) =>
  createPortalClient({
    portalUrl: options.portalUrl ?? url,
    readKey: () => (options.key === undefined ? KEY : options.key),
    nowMs: () => NOON,
  }).send(batchOf(options.samples ?? []), new AbortController().signal);

const respond = (status: number, body: string): void => {
  answer = (_req, res) => {
    res.statusCode = status;
    res.end(body);
  };
};
const errorBody = (code: string, message: string) =>
  JSON.stringify({ error: { code, message, request_id: "x" } });

test("a batch arrives whole, packed when that saves, with the key, below the portal's own path", async () => {
  const samples = gpuSampleSeries({ gpus: 8, count: 3, fromMs: NOON, everyMs: 1_000 });
  expect(await send({ portalUrl: `${url}/gpus/`, samples })).toEqual({
    kind: "taken",
    answer: taken,
    clockOffsetMs: 7_000,
  });
  await send({ key: null });
  const [full, empty] = seen;
  expect(full).toMatchObject({
    url: "/gpus/api/ingest/gpu-samples",
    key: `Bearer ${KEY}`,
    packed: true,
  });
  const text = gunzipSync(full?.body ?? Buffer.alloc(0));
  expect(JSON.parse(text.toString())).toEqual(batchOf(samples));
  expect(full?.body.length).toBeLessThan(text.length / 3);
  expect(empty).toMatchObject({ key: undefined, packed: false });
});

test.each([
  [401, errorBody("UNAUTHENTICATED", "Wrong key."), "wrong_key", "Wrong key."],
  [403, errorBody("FORBIDDEN", "Only this machine."), "wrong_key", "Only this machine."],
  [429, errorBody("TOO_MANY", "Wait."), "busy", "Wait."],
  [503, errorBody("UNAVAILABLE", "Not now."), "busy", "Not now."],
  [422, errorBody("INVALID", "This is no batch."), "refused", "This is no batch."],
  [404, errorBody("NOT_FOUND", "There is no such address."), "not_a_portal", "takes no samples"],
  [200, "<html>hello</html>", "not_a_portal", "(200) is no Sightline portal"],
  [404, "<html>not here</html>", "not_a_portal", "(404) is no Sightline portal"],
  [200, JSON.stringify({ ...taken, service: "other" }), "not_a_portal", "is no Sightline portal"],
  [502, "<html>bad gateway</html>", "unreachable", "(502) is no Sightline portal"],
  [307, "", "unreachable", "redirect"],
] as const)("%d %s: %s", async (...row) => {
  const [status, body, kind, sentence] = row;
  respond(status, body);
  const result = await send();
  expect(result).toMatchObject({ kind, sentence: expect.stringContaining(sentence) as string });
  expect(JSON.stringify(result)).not.toContain(KEY);
});

test("a portal that is away, or leaves in the middle", async () => {
  answer = (_req, res) => res.destroy();
  expect(await send()).toMatchObject({
    kind: "unreachable",
    sentence: "The portal closed the connection before its answer was complete.",
  });
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  expect(await send()).toMatchObject({
    kind: "unreachable",
    sentence: "The portal refused the connection.",
  });
});
