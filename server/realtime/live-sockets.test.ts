import { once } from "node:events";
import { connect } from "node:net";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { FakeGpuFeed, feedSample } from "@/fixtures/fake-gpu-feed";
import { pressureChange } from "@/fixtures/pressure-change";
import { sendRaw, startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import type { JoinAnswer } from "@/domain/realtime/realtime-events";
import { logger } from "@/server/logger";
import { createLiveSockets, type LiveSockets } from "./live-sockets";

const watch = () => () => undefined;
const NAME_ONE = "Name one room: gpus, gpu:<uuid>, or tokens.";
let http: TestHttp;
let live: LiveSockets;
let timeMs = 1_000_000;
const feed = new FakeGpuFeed();
const clients: Socket[] = [];

beforeAll(async () => {
  logger.level = "silent";
  const monotonicMs = () => timeMs;
  live = createLiveSockets({ feed, pressure: feed, tokens: feed, watch, logger, monotonicMs });
  http = await startTestHttp({ endpoints: [live.endpoint] });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});
afterAll(async () => {
  await live.stop();
  await http.stop();
});

async function client(): Promise<Socket> {
  const socket = io(http.origin, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
  });
  clients.push(socket);
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve);
    socket.on("connect_error", reject);
  });
  return socket;
}

const ask = (socket: Socket, event: string, ...payload: unknown[]) =>
  socket.timeout(3_000).emitWithAck(event, ...payload) as Promise<JoinAnswer>;

function ticksOf(socket: Socket) {
  const ticks: { sequence: number; samples: { gpuUuid: string }[] }[] = [];
  socket.on("gpu:tick", (tick: (typeof ticks)[number]) => ticks.push(tick));
  return ticks;
}

describe("rooms", () => {
  test("a client gets the ticks of the rooms that it joined, until it leaves", async () => {
    const all = await client();
    const one = await client();
    const none = await client();
    const [allTicks, oneTicks, noTicks] = [all, one, none].map(ticksOf);
    expect(await ask(all, "join", "gpus")).toEqual({ ok: true });
    expect(await ask(one, "join", "gpu:GPU-1")).toEqual({ ok: true });
    const tick = feed.tick([feedSample(0, 10), feedSample(1, 20)]);
    await expect.poll(() => [allTicks?.length, oneTicks?.length]).toEqual([1, 1]);
    expect(allTicks?.[0]).toEqual(tick);
    expect(oneTicks?.[0]).toEqual({ ...tick, samples: [tick.samples[1]] });
    expect(noTicks).toEqual([]);
    expect(await ask(all, "leave", "gpus")).toEqual({ ok: true });
    feed.tick();
    await expect.poll(() => oneTicks?.length).toBe(2);
    expect(allTicks).toHaveLength(1);
  });

  test("a client that is in two rooms misses a tick in neither", async () => {
    const socket = await client();
    const ticks = ticksOf(socket);
    await ask(socket, "join", "gpus");
    await ask(socket, "join", "gpu:GPU-0");
    for (let n = 0; n < 20; n++) {
      feed.tick([feedSample(0, n)]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(() => ticks.length).toBe(40);
  });

  test("a change of the sources reaches those who watch all GPUs", async () => {
    const socket = await client();
    await ask(socket, "join", "gpus");
    const change = { sources: [], serverTimeMs: 5 };
    const got = new Promise((resolve) => socket.on("gpu:sources", resolve));
    feed.sources(change);
    expect(await got).toEqual(change);
  });

  test("a change of the memory pressure comes once, to those who watch all GPUs or that one", async () => {
    const sockets = await Promise.all(Array.from({ length: 4 }, client));
    const [all, one, other, both] = sockets;
    const seen = sockets.map((socket) => {
      const changes: unknown[] = [];
      socket.on("gpu:pressure", (change) => changes.push(change));
      return changes;
    });
    if (!all || !one || !other || !both) throw new Error("Four clients connect.");
    await Promise.all([
      ask(all, "join", "gpus"),
      ask(one, "join", "gpu:GPU-0"),
      ask(other, "join", "gpu:GPU-1"),
      ask(both, "join", "gpus"),
      ask(both, "join", "gpu:GPU-0"),
    ]);
    const change = pressureChange("GPU-0");
    feed.pressure(change);
    feed.tick([feedSample(0, 1)]); // what would come twice is here before the answer to this
    await expect.poll(() => seen.map((changes) => changes.length)).toEqual([1, 1, 0, 1]);
    expect(await ask(both, "join", "gpus")).toEqual({ ok: true });
    expect(seen).toEqual([[change], [change], [], [change]]);
  });

  test("cut prompts and marks of budgets come in the room of tokens alone, and no tick does", async () => {
    const [inside, outside] = [await client(), await client()];
    const [ticks, others] = [ticksOf(inside), ticksOf(outside)];
    const seen = [inside, outside].map((socket) => {
      const events: unknown[] = [];
      socket.on("tokens:cut", (cut) => events.push(cut));
      socket.on("tokens:budget-mark", (mark) => events.push(mark));
      return events;
    });
    expect(await ask(inside, "join", "tokens")).toEqual({ ok: true });
    await ask(outside, "join", "gpus");
    const cut = {
      id: "1",
      atMs: 1,
      service: "chat",
      model: "nemotron",
      requestId: "r",
      traceId: null,
      sentTokens: 2_000,
      countedTokens: 1_500,
      lostTokens: 500,
      method: "server" as const,
    };
    const mark = { budgetId: "b", name: "chat", usedTokens: 8, dailyTokens: 10, atMs: 1 };
    feed.cut(cut);
    feed.budgetMark({ ...mark, mark: 80 });
    feed.tick([feedSample(0, 1)]);
    await expect.poll(() => others.length).toBe(1);
    expect(await ask(inside, "leave", "tokens")).toEqual({ ok: true }); // what came before is here before the answer
    feed.cut(cut);
    expect(await ask(inside, "join", "gpus")).toEqual({ ok: true });
    expect(seen).toEqual([[cut, { ...mark, mark: 80 }], []]);
    expect(ticks).toEqual([]);
  });

  test("a tick is encoded once a room, however many clients are in it", async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, client));
    await Promise.all(sockets.map((socket) => ask(socket, "join", "gpus")));
    const ticks = sockets.map(ticksOf);
    const encode = vi.spyOn(JSON, "stringify");
    feed.tick([feedSample(0, 1)]);
    await expect.poll(() => ticks.every((list) => list.length === 1)).toBe(true);
    const encoded = encode.mock.calls.filter(
      ([value]) => Array.isArray(value) && value[0] === "gpu:tick",
    );
    encode.mockRestore();
    expect(encoded).toHaveLength(1);
  });
});

describe("what a client sends", () => {
  test.each([
    ["an unknown event", "subscribe", ["gpus"], "There is no such event."],
    ["a prototype's name", "__proto__", ["gpus"], "There is no such event."],
    ["an unknown room", "join", ["admins"], NAME_ONE],
    ["the server's own room", "join", ["slow readers"], NAME_ONE],
    ["no room", "join", [], NAME_ONE],
    ["an object", "join", [{ room: "gpus" }], NAME_ONE],
    ["two rooms", "join", ["gpus", "gpu:a"], NAME_ONE],
    ["a long name", "join", [`gpu:${"x".repeat(97)}`], NAME_ONE],
  ])("%s is answered with a sentence and the request id", async (...row) => {
    const [, event, payload, message] = row;
    const socket = await client();
    expect(await ask(socket, event, ...payload)).toEqual({
      ok: false,
      message,
      requestId: expect.stringMatching(/^[\w-]{1,64}$/) as string,
    });
    expect(await ask(socket, "join", "gpus")).toEqual({ ok: true });
  });

  test("an event without an answer is taken and nothing breaks", async () => {
    const socket = await client();
    socket.emit("nonsense", { a: 1 });
    socket.emit("join");
    expect(await ask(socket, "join", "gpus")).toEqual({ ok: true });
  });

  test("a client that asks for more than 64 rooms is told so", async () => {
    const socket = await client();
    const answers: JoinAnswer[] = [];
    for (let n = 0; n < 70; n++) {
      if (n % 40 === 39) await new Promise((resolve) => setTimeout(resolve, 1_050)); // the rate limit
      answers.push(await ask(socket, "join", `gpu:${n}`));
    }
    expect(answers.filter(({ ok }) => ok)).toHaveLength(63); // its own id is a room too
    expect(answers.at(-1)).toMatchObject({ ok: false, message: /64 rooms/ });
  });

  test("a client that sends without end is closed", async () => {
    const socket = await client();
    const closed = new Promise((resolve) => socket.on("disconnect", resolve));
    for (let n = 0; n < 200; n++) socket.emit("join", "gpus");
    expect(await closed).toBe("io server disconnect");
  });
});

describe("handshakes", () => {
  const path = "/socket.io/?EIO=4&transport=websocket";
  const open = (target: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${http.port}${target}`, { headers });
    return new Promise<number>((resolve) => {
      socket.on("open", () => {
        resolve(101);
        socket.terminate();
      });
      socket.on("unexpected-response", (_req, res) => {
        resolve(res.statusCode ?? 0);
        socket.terminate();
      });
      socket.on("error", () => {
        resolve(0);
      });
    });
  };

  test("programs without an Origin and pages of this site may connect", async () => {
    expect(await open(path)).toBe(101);
    expect(await open(path, { origin: http.origin })).toBe(101);
  });

  test.each(["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", ""])(
    "Origin %j may not",
    async (origin) => {
      expect(await open(path, { origin })).toBe(403);
    },
  );

  test.each([
    "/socket.io/?EIO=3&transport=websocket",
    "/socket.io/?transport=websocket",
    "/socket.io/?EIO=4&transport=polling",
    "/socket.io/?EIO=4&transport=webtransport",
    "/socket.io/?EIO=4&transport=websocket&sid=__proto__",
    "/socket.io/?EIO=4&transport=websocket&sid=abc",
    "/socket.io/",
  ])("%s is refused", async (target) => {
    expect(await open(target)).toBe(400);
  });

  test("polling is refused", async () => {
    const answer = await fetch(`${http.origin}/socket.io/?EIO=4&transport=polling`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "INVALID" } });
  });
});

describe("hostile clients", () => {
  test("a frame of more than 64 KiB ends its connection alone", async () => {
    const healthy = await client();
    const socket = new WebSocket(
      `ws://127.0.0.1:${http.port}/socket.io/?EIO=4&transport=websocket`,
    );
    await once(socket, "open");
    socket.send(`42["join","${"x".repeat(70_000)}"]`);
    await once(socket, "close");
    expect(await ask(healthy, "join", "gpus")).toEqual({ ok: true });
  });

  test(
    "10,000 junk handshakes and frames: nothing crashes and honest clients are served",
    { timeout: 60_000 },
    async () => {
      const healthy = await client();
      const packets = [
        "",
        "0",
        "1",
        "2probe",
        "3",
        "4",
        "40",
        "4{",
        "42",
        "42{}",
        "42[]",
        '42["__proto__"]',
        "42[1]",
        '42["join"]',
        '42["join",{"__proto__":1}]',
        '420["join","gpus"',
        '451-["a",{"_placeholder":true,"num":0}]',
        '43["x"]',
        '43999["x"]',
        '42["disconnect"]',
        '42["connect"]',
        "44",
        "40/admin,",
        '42/admin,["join","gpus"]',
        "9",
        "\u0000",
        "6",
        "b4AAAA",
      ];
      const { rss } = process.memoryUsage();
      let sent = 0;
      for (let round = 0; round < 100; round++) {
        await Promise.all(
          Array.from({ length: 10 }, async (_, n) => {
            const socket = new WebSocket(
              `ws://127.0.0.1:${http.port}/socket.io/?EIO=4&transport=websocket`,
            );
            socket.on("error", () => undefined);
            await once(socket, "open");
            if (n % 2 === 0) socket.send("40");
            for (let k = 0; k < 10; k++) {
              socket.send(packets[(round * 31 + n * 7 + k) % packets.length] ?? "");
              sent += 1;
            }
            socket.terminate();
          }),
        );
      }
      const broken = [
        Buffer.from([0xc1, 0x80]),
        Buffer.from([0x81, 0x7f]),
        Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]),
        Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Buffer.from([0x88, 0xfe, 0, 0]),
        Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
        Buffer.alloc(64, 0xff),
      ];
      for (const bytes of broken) {
        const socket = connect(http.port, "127.0.0.1");
        socket.on("error", () => undefined);
        socket.write(
          "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        );
        await once(socket, "data");
        socket.end(bytes);
        await once(socket, "close");
      }
      expect(sent).toBe(10_000);
      expect(await ask(healthy, "join", "gpus")).toEqual({ ok: true });
      await expect.poll(() => live.count(), { timeout: 20_000 }).toBe(1);
      const grownMib = (process.memoryUsage().rss - rss) / 1_048_576;
      expect(grownMib).toBeLessThan(320); // ten times the goal of a longer run
    },
  );

  test("a handshake that is reset half-way leaves nothing behind", async () => {
    for (let n = 0; n < 20; n++) {
      const socket = connect(http.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
      );
      socket.write(
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      );
      socket.resetAndDestroy();
    }
    expect(
      await sendRaw(http.port, "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
    ).toContain("200");
  });

  test("a client that stops reading is left out, then dropped; the others get every tick", async () => {
    const healthy = await client();
    const ticks = ticksOf(healthy);
    await ask(healthy, "join", "gpus");
    const stuck = await stuckClient(http.port);
    const before = live.count();
    // About 60 KB a tick: the system's own buffers take some, then nothing moves.
    const samples = Array.from({ length: 40 }, (_, n) => feedSample(n, n));
    let sent = 0;
    for (; sent < 400 && live.count() === before; sent++) {
      timeMs += 1_000;
      feed.tick(samples);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(live.count()).toBe(before - 1);
    await expect.poll(() => ticks.length).toBe(sent);
    const sequences = ticks.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, n) => (sequences[0] ?? 0) + n));
    stuck.destroy();
  });
});

/** Joins `gpus` over a bare socket and then reads nothing more. */
async function stuckClient(port: number) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await once(socket, "data");
  socket.write(maskedFrame("40"));
  socket.write(maskedFrame('420["join","gpus"]'));
  let seen = "";
  socket.on("data", (chunk: Buffer) => (seen += chunk.toString("latin1")));
  await expect.poll(() => seen).toContain('430[{"ok":true}]');
  socket.removeAllListeners("data");
  socket.pause();
  return socket;
}

function maskedFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

test("stopping closes every connection as a lost transport, so that clients come back by themselves", async () => {
  const ownFeed = new FakeGpuFeed();
  const own = createLiveSockets({
    feed: ownFeed,
    pressure: ownFeed,
    tokens: ownFeed,
    watch,
    logger,
  });
  const server = await startTestHttp({ endpoints: [own.endpoint] });
  const socket = io(server.origin, { transports: ["websocket"], forceNew: true });
  await new Promise((resolve) =>
    socket.on("connect", () => {
      resolve(null);
    }),
  );
  const reason = new Promise((resolve) => socket.on("disconnect", resolve));
  await own.stop();
  expect(await reason).toBe("transport close");
  expect(socket.active).toBe(true); // it will try again
  expect(ownFeed.listeners()).toBe(0);
  socket.disconnect();
  await server.stop();
});
