import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createUpstreamFetch } from "./create-upstream-fetch";
import { requestUpstream } from "./request-upstream";

// No header of a client's request reaches a foreign system: there is no way to hand one over.

let url: string;
let seen: IncomingHttpHeaders[] = [];
const server = createServer((req, res) => {
  seen.push(req.headers);
  res.writeHead(req.url === "/400" ? 400 : 200, {
    "content-type": "application/json",
    "set-cookie": "theirs=1",
    "x-theirs": "1",
  });
  res.end('{"ok":true}');
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  seen = [];
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

const ofClients = [
  "cookie",
  "Cookie",
  "set-cookie",
  "host",
  "Host",
  "x-forwarded-for",
  "X-Forwarded-Host",
  "x-forwarded-proto",
  "x-forwarded-anything",
  "forwarded",
  "via",
  "x-real-ip",
  "x-api-key",
  "x-request-id",
  "origin",
  "referer",
  "connection",
  "content-length",
  "transfer-encoding",
  "proxy-authorization",
];
const limits = { label: "AI service 1", deadlineMs: 2_000, maxBytes: 1_000 };

test.each(ofClients)("a request that would send %s is not sent", async (name) => {
  const post = { body: "{}", headers: { "content-type": "application/json", [name]: "LEAK" } };
  await expect(requestUpstream({ ...limits, url, post })).rejects.toThrow(
    `The header ${name} is never sent`,
  );
  expect(seen).toEqual([]);
});

test.each(["GET", "POST"])("of what a library would %s, three headers are sent", async (method) => {
  const ask = createUpstreamFetch(limits);
  const answer = await ask(url, {
    method,
    headers: {
      accept: "application/json",
      authorization: "Basic of-ours",
      ...Object.fromEntries(ofClients.map((name) => [name, "LEAK"])),
      "user-agent": "LEAK",
      ...(method === "POST" && { "content-type": "text/plain" }),
    },
    ...(method === "POST" && { body: new URLSearchParams({ a: "b c" }) }),
  });
  const [{ host, ...headers } = {}] = seen;
  expect(host).toBe(new URL(url).host);
  expect(headers).toEqual({
    accept: "application/json",
    authorization: "Basic of-ours",
    "accept-encoding": "identity",
    connection: "close",
    ...(method === "POST" && { "content-type": "text/plain", "content-length": "5" }),
  });
  expect(Array.from(answer.headers)).toEqual([["content-type", "application/json"]]);
  expect(await answer.json()).toEqual({ ok: true });
});

test("a library gets any status but a redirect, and its body", async () => {
  const answer = await createUpstreamFetch(limits)(`${url}/400`, { method: "GET", headers: {} });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ ok: true });
});

test("a body that is not whole is a fault of ours", async () => {
  const body = new ReadableStream();
  const sent = createUpstreamFetch(limits)(url, { method: "POST", headers: {}, body });
  await expect(sent).rejects.toThrow("Only whole bodies");
  expect(seen).toEqual([]);
});
