import { once } from "node:events";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { FakeGpuFeed, feedSample } from "@/fixtures/fake-gpu-feed";
import { pressureChange } from "@/fixtures/pressure-change";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { logger } from "@/server/logger";
import { createSystemSocket, type SystemSocket, type SystemSocketTimings } from "./system-socket";

const watch = () => () => undefined;

interface Running {
  feed: FakeGpuFeed;
  http: TestHttp;
  system: SystemSocket;
  setTime(ms: number): void;
}

async function start(timings?: SystemSocketTimings): Promise<Running> {
  let timeMs = 1_000_000;
  const feed = new FakeGpuFeed();
  const system = createSystemSocket({
    feed,
    pressure: feed,
    health: () => "degraded",
    watch,
    logger,
    monotonicMs: () => timeMs,
    ...(timings && { timings }),
  });
  const http = await startTestHttp({ endpoints: [system.endpoint] });
  return { feed, http, system, setTime: (ms) => (timeMs = ms) };
}

let running: Running;
const open: WebSocket[] = [];
beforeAll(async () => {
  logger.level = "silent";
  running = await start();
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  running.system.stop();
  await running.http.stop();
});

/** A connected client and all that it was sent, parsed. */
function client(
  http: TestHttp,
  options: { headers?: Record<string, string>; protocols?: string[] } = {},
) {
  const address = `ws://127.0.0.1:${http.port}/ws/system`;
  const socket = new WebSocket(address, options.protocols ?? [], {
    headers: options.headers ?? {},
  });
  open.push(socket);
  const messages: Record<string, unknown>[] = [];
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
  });
  return { socket, messages };
}

const typesOf = (messages: Record<string, unknown>[]) => messages.map(({ type }) => type);

describe("/ws/system", () => {
  test("sends both messages at once and again on every poll", async () => {
    running.feed.tick([feedSample(0, 5)]);
    const { messages } = client(running.http, { headers: { origin: running.http.origin } });
    await expect.poll(() => typesOf(messages)).toEqual(["gpu_stats", "system_status"]);
    expect(messages[0]).toMatchObject({ utilization: 5 });
    expect(messages[1]).toMatchObject({ data: { health: "degraded" } });
    running.feed.tick([feedSample(0, 6)]);
    await expect.poll(() => messages.length).toBe(4);
    expect(messages[2]).toMatchObject({ type: "gpu_stats", utilization: 6 });
  });

  test("sends a change of the memory pressure when it happens", async () => {
    const { messages } = client(running.http);
    await expect.poll(() => messages.length).toBe(2);
    running.feed.pressure(pressureChange("GPU-7"));
    await expect.poll(() => typesOf(messages).at(-1)).toBe("gpu_memory_pressure");
    expect(messages.at(-1)).toMatchObject({ gpu_uuid: "GPU-7", level: "critical" });
  });

  test("a tick is encoded once for all clients", async () => {
    const clients = Array.from({ length: 20 }, () => client(running.http));
    await expect.poll(() => clients.every(({ messages }) => messages.length === 2)).toBe(true);
    const encode = vi.spyOn(JSON, "stringify");
    running.feed.tick([feedSample(0, 7)]);
    const calls = encode.mock.calls.length;
    encode.mockRestore();
    expect(calls).toBe(2);
    await expect.poll(() => clients.every(({ messages }) => messages.length === 4)).toBe(true);
  });

  test("answers ping, and only that", async () => {
    const { socket, messages } = client(running.http);
    await once(socket, "open");
    for (const text of ["ping", "pong", "{", '{"type":"ping"}', "x".repeat(1_000)])
      socket.send(text);
    socket.send(Buffer.from("ping"));
    socket.send("ping");
    await expect.poll(() => messages.filter(({ type }) => type === "pong").length).toBe(2);
    expect(messages.length).toBe(4);
  });

  test.each([
    ["messages", (socket: WebSocket) => socket.send("x")],
    ["pings of the protocol", (socket: WebSocket) => socket.ping()],
    ["pongs that nobody asked for", (socket: WebSocket) => socket.pong()],
  ])("more than 50 %s a second end the connection with 1008", async (_name, sendOne) => {
    const { socket } = client(running.http);
    await once(socket, "open");
    const closed = once(socket, "close");
    for (let n = 0; n < 51; n++) sendOne(socket);
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, "Too many messages"]);
  });

  test("takes the sub-protocol that carries a key: a browser ends a socket whose protocol is not answered", async () => {
    const { socket } = client(running.http, { protocols: ["api-key.x", "other"] });
    await once(socket, "open");
    expect(socket.protocol).toBe("api-key.x");
    expect(JSON.stringify(running.http.lines)).not.toContain("api-key");
  });

  test.each(["http://evil.example", "null", ""])("Origin %j is refused", async (origin) => {
    const { socket } = client(running.http, { headers: { origin } });
    socket.on("error", () => undefined);
    const [, res] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(res.statusCode).toBe(403);
  });

  test("a frame of more than 64 KiB ends its connection alone", async () => {
    const { socket } = client(running.http);
    const healthy = client(running.http);
    await once(socket, "open");
    socket.send("x".repeat(65_537));
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(1009);
    running.feed.tick([feedSample(0, 8)]);
    await expect.poll(() => healthy.messages.length).toBe(4);
  });

  test("a client that sends broken frames ends its connection alone", async () => {
    for (const bytes of [
      [0xc1, 0x80],
      [0x81, 0x05, 1, 2, 3],
      [0x83, 0x80, 0, 0, 0, 0],
      [0xff, 0xff],
    ]) {
      const socket = connect(running.http.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(
        "GET /ws/system HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      );
      await once(socket, "data");
      socket.end(Buffer.from(bytes));
      socket.resume();
      await once(socket, "close");
    }
    await expect.poll(() => running.system.count()).toBe(0);
  });
});

test("clients learn that values grow old when no poll comes", async () => {
  const own = await start();
  const { messages } = client(own.http);
  await expect.poll(() => messages.length).toBe(2);
  own.setTime(1_005_000);
  await expect.poll(() => messages.length, { timeout: 5_000 }).toBe(4);
  own.system.stop();
  await own.http.stop();
});

test("a client of which nothing is heard is closed with 1000; one that answers pings stays", async () => {
  const own = await start({ heartbeatMs: 20, idleMs: 5_000 });
  const alive = client(own.http);
  const silent = connect(own.http.port, "127.0.0.1");
  silent.write(
    "GET /ws/system HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const chunks: Buffer[] = [];
  silent.on("data", (chunk: Buffer) => chunks.push(chunk));
  await expect.poll(() => own.system.count()).toBe(2);
  own.setTime(1_004_000);
  await new Promise((resolve) => setTimeout(resolve, 100)); // the pong of the one that lives
  own.setTime(1_006_000);
  // A close frame of the server: 0x88, length, 1000 as two bytes, the reason.
  const closeFrame = Buffer.concat([
    Buffer.from([0x88, 14, 0x03, 0xe8]),
    Buffer.from("Idle timeout"),
  ]);
  await expect.poll(() => Buffer.concat(chunks).includes(closeFrame)).toBe(true);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  silent.destroy();
  own.system.stop();
  await own.http.stop();
});

test("a client that stops reading is skipped, then dropped; the others get every poll", async () => {
  const own = await start();
  const healthy = client(own.http);
  await expect.poll(() => healthy.messages.length).toBe(2);
  const stuck = connect(own.http.port, "127.0.0.1");
  stuck.on("error", () => undefined);
  stuck.write(
    "GET /ws/system HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  stuck.pause();
  await expect.poll(() => own.system.count()).toBe(2);
  const samples = Array.from({ length: 64 }, (_, n) => feedSample(n, n));
  let sent = 0;
  for (; sent < 400 && own.system.count() === 2; sent++) {
    own.setTime(1_000_000 + sent * 1_000);
    own.feed.tick(samples);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(own.system.count()).toBe(1);
  await expect.poll(() => healthy.messages.length).toBe(2 + 2 * sent);
  stuck.destroy();
  own.system.stop();
  await own.http.stop();
});

test("a client that asks and does not read gets no answers until it has read", async () => {
  const own = await start();
  const { socket, messages } = client(own.http);
  await once(socket, "open");
  let pongs = 0;
  socket.on("pong", () => (pongs += 1));
  socket.pause();
  const samples = Array.from({ length: 64 }, (_, n) => feedSample(n, n));
  for (let sent = 0; sent < 400; sent++) {
    own.feed.tick(samples);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let n = 0; n < 20; n++) {
    socket.send("ping");
    socket.ping();
  }
  await new Promise((resolve) => setTimeout(resolve, 200)); // the server hears them
  socket.resume();
  await expect.poll(() => typesOf(messages.slice(-1))).toEqual(["system_status"]);
  await new Promise((resolve) => setTimeout(resolve, 200)); // all that was buffered is here
  expect(pongs).toBe(0);
  expect(typesOf(messages)).not.toContain("pong");
  socket.send("ping");
  await expect.poll(() => typesOf(messages.slice(-1))).toEqual(["pong"]);
  own.system.stop();
  await own.http.stop();
});

test("a wall clock that is set forward neither drops nor closes anybody", async () => {
  const feed = new FakeGpuFeed();
  const timings = { heartbeatMs: 20, idleMs: 5_000 };
  const system = createSystemSocket({
    feed,
    pressure: feed,
    health: () => "healthy",
    watch,
    logger,
    timings,
  });
  const http = await startTestHttp({ endpoints: [system.endpoint] });
  const { socket } = client(http);
  await once(socket, "open");
  const clock = vi.spyOn(Date, "now").mockImplementation(() => 9_000_000_000_000);
  await new Promise((resolve) => setTimeout(resolve, 100)); // some heartbeats
  clock.mockRestore();
  expect(socket.readyState).toBe(WebSocket.OPEN);
  system.stop();
  await http.stop();
});

test("stopping tells every client to come back", async () => {
  const own = await start();
  const { socket } = client(own.http);
  await once(socket, "open");
  own.system.stop();
  const [code, reason] = (await once(socket, "close")) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1012, "restart"]);
  expect(own.feed.listeners()).toBe(0);
  await own.http.stop();
});
