import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sendRaw } from "@/fixtures/start-test-http";
import { GpuFleet } from "@/domain/gpu/gpu-fleet";
import { HealthReport, ReadinessReport } from "@/domain/health/health-report";
import { GpuTick } from "@/domain/realtime/realtime-events";
import { inlineScriptHashes } from "./http/security-headers";
import { listPolicies, type RunningServer, startServer } from "./main";
import type { Declaration } from "./policy/policy";

// The whole portal in this process: built pages, embedded PostgreSQL, collector, sockets.

let portal: RunningServer;
let port: number;
let dataDir: string;
const steps: string[] = [];
const ADMIN_KEY = "an-operator-made-this-key-0123456789";
const asAdmin = { authorization: `Bearer ${ADMIN_KEY}` };

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}

beforeAll(async () => {
  if (!existsSync(".next/prerender-manifest.json"))
    await promisify(execFile)(process.execPath, ["scripts/build.mjs"]);
  port = await freePort();
  dataDir = await mkdtemp(join(tmpdir(), "sightline-portal-"));
  const keyFile = join(dataDir, "admin-key");
  await writeFile(keyFile, ADMIN_KEY, { mode: 0o600 });
  Object.assign(process.env, {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: port.toString(),
    DATA_DIR: dataDir,
    DATABASE_URL: "",
    GPU_SOURCES: "simulated",
    LOG_LEVEL: "fatal",
    INITIAL_ADMIN_KEY_FILE: keyFile,
  });
  portal = await startServer({
    onStep: (step) => {
      steps.push(step);
      return undefined;
    },
  });
});
afterAll(async () => {
  await portal.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${portal.url}${path}`, { headers, redirect: "manual" });
const raw = (head: string) => sendRaw(port, `${head}Host: localhost\r\nConnection: close\r\n\r\n`);
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

async function declarations(kind: string): Promise<Declaration[]> {
  return (await listPolicies()).filter((entry) => entry.kind === kind);
}

async function declared(kind: string): Promise<string[]> {
  return (await declarations(kind)).map(({ name }) => name);
}

/** Nobody's account, and no key to send with: the one thing that a key of an admin may not do. */
const isRefusedToAdminKey = ({ policy }: Declaration) =>
  policy === "account" || policy === "ingest";

describe("the start", () => {
  test("names its steps and answers the address", () => {
    expect(steps).toEqual(["database", "migrations", "pages", `port ${port}`]);
    expect(portal.url).toBe(`http://127.0.0.1:${port}`);
  });

  test("a second one on the same data folder is refused with one sentence", async () => {
    const other = (await freePort()).toString();
    process.env.PORT = other;
    const error = await startServer({ onStep: () => undefined }).then(
      () => null,
      (thrown: unknown) => thrown as Error,
    );
    expect(error?.message).toMatch(/^[^\n]{10,300}$/);
    expect((await get("/health")).status).toBe(200);
  });

  test("a port that is in use is one sentence, and nothing of the start is left behind", async () => {
    const otherDir = await mkdtemp(join(tmpdir(), "sightline-portal-"));
    const script = `
      const { startServer } = await import("./server/main.ts");
      await startServer({ onStep: () => undefined }).catch((error) => console.error(error.message));`;
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", script],
      { env: { ...process.env, PORT: port.toString(), DATA_DIR: otherDir }, timeout: 60_000 },
    ); // it ends by itself: nothing keeps it alive
    expect(stderr.trim()).toBe(
      `Port ${port} is in use on 127.0.0.1: stop the program that uses it, or set PORT to another.`,
    );
    expect(existsSync(join(otherDir, "postgres-18", "PG_VERSION"))).toBe(true);
    expect(existsSync(join(otherDir, "postgres-18", "postmaster.pid"))).toBe(false);
    await rm(otherDir, { recursive: true, force: true });
  });

  test("a bad setting is refused with its name and range", async () => {
    process.env.GPU_POLL_INTERVAL_SECONDS = "0";
    await expect(startServer({ onStep: () => undefined })).rejects.toThrow(
      /^GPU_POLL_INTERVAL_SECONDS is out of range \(allowed: 0\.2 to 60 seconds\)\.$/,
    );
    process.env.GPU_POLL_INTERVAL_SECONDS = "";
  });
});

describe("pages", () => {
  test("each is served with a policy that holds the hash of each of its inline scripts", async () => {
    const pages = (await declared("page")).filter((path) => !path.includes("."));
    expect(pages.length).toBeGreaterThan(0);
    for (const path of pages) {
      const answer = await get(path);
      expect(answer.status, path).toBe(200);
      const policy = answer.headers.get("content-security-policy") ?? "";
      const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? "";
      const hashes = inlineScriptHashes(await answer.text());
      expect(hashes.length).toBeGreaterThan(0);
      for (const hash of hashes) expect(scripts).toContain(`'sha256-${hash}'`);
      expect(scripts).not.toContain("unsafe");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(answer.headers.get("x-powered-by")).toBeNull();
    }
  });

  test("client navigation gets its payload, and an unchanged page is not sent twice", async () => {
    // Next corrects a cache key that does not fit the headers with a redirect to the same page.
    const payload = await fetch(`${portal.url}/?_rsc=abc`, { headers: { rsc: "1" } });
    expect(payload.status).toBe(200);
    expect(payload.headers.get("content-type")).toMatch(/^text\/x-component/);
    const etag = (await get("/")).headers.get("etag") ?? "";
    expect(etag).not.toBe("");
    expect((await get("/", { "if-none-match": etag })).status).toBe(304);
  });

  test("scripts and styles are compressed and may be kept for ever; compressed HTML is the page", async () => {
    const html = await (await get("/")).text();
    const files = [...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"?]+\.(?:js|css))/g)];
    expect(files.length).toBeGreaterThan(0);
    for (const [, path = ""] of files) {
      const answer = await get(path, { "accept-encoding": "gzip" });
      expect(answer.status, path).toBe(200);
      expect(answer.headers.get("cache-control")).toContain("immutable");
    }
    const page = await sendRaw(
      port,
      "GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
    );
    expect(page).toMatch(/^content-encoding: gzip\r$/im);
  });

  test("an unknown address is our page for it", async () => {
    const answer = await get("/nothing-here");
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    const html = await answer.text();
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const hash of inlineScriptHashes(html)) expect(policy).toContain(hash);
  });
});

describe("Next's surface", () => {
  test.each([
    ["a server action", "POST / HTTP/1.1\r\nNext-Action: 0123\r\nContent-Length: 0\r\n", [405]],
    [
      "a form to a page",
      "POST /gpus HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 0\r\n",
      [405],
    ],
    ["the image API", "GET /_next/image?url=%2Ficon.svg&w=64&q=75 HTTP/1.1\r\n", [404]],
    ["a payload file", "GET /index.rsc HTTP/1.1\r\n", [404]],
    ["a segment file", "GET /gpus.segments/_tree.segment.rsc HTTP/1.1\r\n", [404]],
    ["a data file", "GET /_next/data/build/index.json HTTP/1.1\r\n", [404]],
    ["the file system", "GET /_next/static/../../package.json HTTP/1.1\r\n", [404]],
    ["an encoded walk", "GET /_next/static/%2e%2e%2f%2e%2e%2fpackage.json HTTP/1.1\r\n", [404]],
    ["TRACE", "TRACE / HTTP/1.1\r\n", [405]],
    ["CONNECT", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n", [405]],
    ["an absolute address", "GET http://127.0.0.1:1/ HTTP/1.1\r\n", [400]],
    ["two slashes", "GET //127.0.0.1:1/ HTTP/1.1\r\n", [400]],
    ["bad percent-encoding", "GET /%c0 HTTP/1.1\r\n", [400]],
  ])("%s is refused", async (_name, head, statuses) => {
    const answer = await raw(head);
    expect(statuses).toContain(statusOf(answer));
    expect(answer).not.toContain('sightline","version');
  });

  test("an upgrade with an absolute address makes no outgoing connection", async () => {
    let connections = 0;
    const target = createServer(() => undefined);
    target.on("connection", () => (connections += 1));
    target.listen(0, "127.0.0.1");
    await once(target, "listening");
    const { port: targetPort } = target.address() as AddressInfo;
    for (const path of [
      `http://127.0.0.1:${targetPort}/`,
      `//127.0.0.1:${targetPort}/`,
      "/",
      "/_next/hmr",
    ]) {
      const answer = await sendRaw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      expect([400, 404]).toContain(statusOf(answer));
    }
    expect(connections).toBe(0);
    target.close();
  });

  test("internal headers change nothing of a page", async () => {
    const plain = await (await get("/")).text();
    const hostile = await get("/", {
      "x-middleware-subrequest": "middleware:middleware:middleware",
      "x-now-route-matches": "1=a",
      "x-forwarded-host": "evil.example",
      "x-matched-path": "/gpus",
      "x-prerender-revalidate": "1",
      "x-nextjs-data": "1",
      cookie: "__prerender_bypass=1; __next_preview_data=1",
    });
    expect(hostile.status).toBe(200);
    const text = await hostile.text();
    expect(text).toBe(plain);
    expect(text).not.toContain("evil.example");
  });
});

const postNothing = (path: string) =>
  fetch(`${portal.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...asAdmin },
    body: "{}",
  });

describe("every declared address", () => {
  test("routes answer an admin's key, with the headers of all answers", async () => {
    for (const entry of await declarations("route")) {
      const [method, path = ""] = entry.name.split(" ");
      const answer = method === "POST" ? await postNothing(path) : await get(path, asAdmin);
      // 303: signing in by a provider leads on; 400, 406 and 422: nothing was asked for; 415: a text is sent, not JSON.
      const expected = isRefusedToAdminKey(entry) ? [403] : [200, 303, 400, 406, 415, 422];
      expect(expected, entry.name).toContain(answer.status);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      // What says so itself is kept by its own browser alone, and asked for again each time.
      expect(answer.headers.get("cache-control"), path).toMatch(/^(?:no-store|private, no-cache)$/);
      expect(answer.headers.get("x-request-id")).toMatch(/^[\w-]+$/);
      // A stream of events has no end. Of a body that is unpacked and complete already, fetch never answers a cancel.
      const isEndless =
        answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
      if (isEndless) await answer.body?.cancel();
      else await answer.arrayBuffer();
    }
  });

  test("procedures answer or say what is wrong with their input", async () => {
    const entries = await declarations("procedure");
    expect(entries.map(({ name }) => name)).toContain("gpu.latest");
    for (const entry of entries) {
      const path = `/api/trpc/${entry.name}`;
      const asked = await get(path, asAdmin);
      // 405: it changes something, so it takes a POST.
      const { status } = asked.status === 405 ? await postNothing(path) : asked;
      expect(isRefusedToAdminKey(entry) ? [403] : [200, 400], entry.name).toContain(status);
    }
  });

  test("somebody of this machine who shows nothing may read, and nothing more", async () => {
    for (const { name, policy } of await declarations("procedure")) {
      const path = `/api/trpc/${name}`;
      const asked = await get(path);
      const post = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
      const { status } = asked.status === 405 ? await fetch(`${portal.url}${path}`, post) : asked;
      const isOpen = ["public", "viewer", "services"].includes(policy);
      if (isOpen) expect([200, 400, 401], name).toContain(status);
      else expect(status, name).toBe(401);
    }
  });
});

describe("the main job", () => {
  test("simulated samples come from the collector to procedures, REST, health and metrics", async () => {
    await expect
      .poll(
        async () => {
          const { result } = (await (await get("/api/trpc/gpu.latest")).json()) as {
            result: { data: unknown };
          };
          return GpuFleet.parse(result.data).gpus.length;
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(0);
    expect(await (await get("/api/system/gpu")).json()).toMatchObject({
      simulated: true,
      source: "simulated",
    });
    expect(HealthReport.parse(await (await get("/api/system/health")).json()).status).toBe(
      "healthy",
    );
    expect(ReadinessReport.parse(await (await get("/ready")).json()).ready).toBe(true);
    const metrics = await (await get("/metrics")).text();
    for (const name of [
      "sightline_build_info",
      "http_requests_total",
      "http_request_duration_seconds_bucket",
      "hsi_system_healthy 1",
      "process_resident_memory_bytes",
      "nodejs_eventloop_lag_seconds",
    ])
      expect(metrics).toContain(name);
    expect(metrics.trimEnd().endsWith("# EOF")).toBe(true);
    expect((await get("/api/metrics")).headers.get("content-type")).toMatch(/openmetrics/);
  });

  test("sockets carry each poll", async () => {
    const client: Socket = io(portal.url, { transports: ["websocket"], forceNew: true });
    const tick = new Promise((resolve) => client.on("gpu:tick", resolve));
    await new Promise<void>((resolve) =>
      client.on("connect", () => {
        resolve();
      }),
    );
    expect(await client.emitWithAck("join", "gpus")).toEqual({ ok: true });
    expect(GpuTick.parse(await tick).simulated).toBe(true);
    client.disconnect();

    const system = new WebSocket(`${portal.url.replace("http", "ws")}/ws/system`);
    const messages: Record<string, unknown>[] = [];
    system.on("message", (data: Buffer) => {
      messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
    });
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
    expect(messages[0]).toMatchObject({ type: "gpu_stats", simulated: true, source: "simulated" });
    expect(messages[1]).toMatchObject({ type: "system_status", data: { health: "healthy" } });
    system.terminate();
  });

  test("a long answer is compressed for those who take it", async () => {
    const answer = await sendRaw(
      port,
      "GET /api/system/gpu HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
    );
    const [head = "", ...body] = answer.split("\r\n\r\n");
    expect(head).toMatch(/^content-encoding: gzip\r?$/im);
    const bytes = Buffer.from(body.join("\r\n\r\n"), "latin1");
    const text = /transfer-encoding: chunked/i.test(head) ? dechunk(bytes) : bytes;
    expect(JSON.parse(gunzipSync(text).toString())).toMatchObject({ simulated: true });
  });
});

describe("slow and greedy clients", () => {
  test("one that never ends its headers is cut, and honest requests are answered meanwhile", async () => {
    const slow = sendSlowly(port);
    for (let n = 0; n < 20; n++) expect((await get("/health")).status).toBe(200);
    expect(statusOf(await slow)).toBe(408);
  });
});

test("stopping tells sockets to come back, ends everything and frees the port", async () => {
  const system = new WebSocket(`${portal.url.replace("http", "ws")}/ws/system`);
  await once(system, "open");
  const closed = once(system, "close");
  await portal.stop();
  const [code] = (await closed) as [number];
  expect(code).toBe(1012);
  await expect(get("/health")).rejects.toThrow();
  const pidFile = await readFile(join(dataDir, "postgres-18", "postmaster.pid"), "utf8").catch(
    () => null,
  );
  expect(pidFile).toBeNull();
});

function dechunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const line = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (size === 0) break;
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

/** A header line each second and never the last one. */
async function sendSlowly(toPort: number): Promise<string> {
  const { connect } = await import("node:net");
  const socket = connect(toPort, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
  const timer = setInterval(() => {
    socket.write("X: y\r\n");
  }, 1_000);
  await once(socket, "close");
  clearInterval(timer);
  return answer;
}
