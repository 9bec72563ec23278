import { once } from "node:events";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { JoinAnswer } from "@/domain/realtime/realtime-events";
import { FakeGpuFeed, feedSample } from "@/fixtures/fake-gpu-feed";
import { identityOf, type TestIdentity } from "@/fixtures/identity-of";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { logger } from "@/server/logger";
import { newApiKey, newToken } from "@/server/identity/secret-token";
import { createSockets, type Sockets } from "./create-sockets";

// A4: who may open a socket, and what happens to it when that ends.

const SOCKET_IO = "/socket.io/?EIO=4&transport=websocket";
const SYSTEM = "/ws/system";

let own: TestIdentity;
let http: TestHttp;
let sockets: Sockets;
const feed = new FakeGpuFeed();
const open: { terminate(): void }[] = [];

beforeAll(async () => {
  logger.level = "silent";
  own = identityOf({ anonymousRole: "none" });
  const { clientOf, actorOf, watch } = own.identity;
  const health = () => "healthy" as const;
  sockets = createSockets({ feed, pressure: feed, tokens: feed, health, watch, logger });
  http = await startTestHttp({ endpoints: [...sockets.endpoints], clientOf, actorOf, watch });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  await sockets.stop();
  await http.stop();
  await own.identity.stop();
});

const session = (role: "viewer" | "admin" = "viewer") =>
  own.store.signIn({ role, nowMs: own.clock.wallMs });
const cookie = (token: string) => ({ cookie: `sightline=${token}` });

interface Outcome {
  /** Of the HTTP answer to the handshake. */
  status: number;
  /** Of the close frame that came next, if the handshake was taken and the server closed. */
  close: number | null;
  reason: string;
  protocol: string;
}

/** Opens a socket and waits for what the server makes of it: a refusal, a close, or a first message. */
async function knock(
  path: string,
  headers: Record<string, string> = {},
  protocols: string[] = [],
): Promise<Outcome> {
  const socket = new WebSocket(`ws://127.0.0.1:${http.port}${path}`, protocols, { headers });
  open.push(socket);
  socket.on("error", () => undefined);
  return new Promise((resolve) => {
    const { protocol } = socket;
    socket.on("unexpected-response", (_req, res) => {
      resolve({ status: res.statusCode ?? 0, close: null, reason: "", protocol });
    });
    socket.on("close", (close, reason) => {
      resolve({ status: 101, close, reason: reason.toString(), protocol: socket.protocol });
    });
    socket.on("message", () => {
      resolve({ status: 101, close: null, reason: "", protocol: socket.protocol });
    });
  });
}
const taken = { status: 101, close: null };

describe("a handshake", () => {
  test.each([SOCKET_IO, SYSTEM])(
    "%s: with a session, from a page of here or none",
    async (path) => {
      const { token } = session();
      expect(await knock(path, cookie(token))).toMatchObject(taken);
      expect(await knock(path, { ...cookie(token), origin: http.origin })).toMatchObject(taken);
    },
  );

  test.each(
    [SOCKET_IO, SYSTEM].flatMap((path) =>
      ["http://evil.example", "null", "", "https://127.0.0.1"].map(
        (origin) => [path, origin] as const,
      ),
    ),
  )("%s: from Origin %j it is refused, however good the session is", async (path, origin) => {
    const outcome = await knock(path, {
      ...cookie(session("admin").token),
      origin,
    });
    expect(outcome.status).toBe(403);
  });

  const bad: [string, () => Record<string, string>][] = [
    ["without a credential", () => ({})],
    ["with a made-up session", () => cookie(newToken())],
    [
      "with a session that was revoked",
      () => {
        const { token, row } = session();
        row.revokedAtMs = 1;
        return cookie(token);
      },
    ],
    ["with a made-up key", () => ({ authorization: `Bearer ${newApiKey("admin")}` })],
    [
      "with two sessions",
      () => {
        const { token } = session();
        return { cookie: `sightline=${token}; sightline=${token}` };
      },
    ],
  ];
  test.each(bad)("%s: socket.io answers 401, /ws/system closes with 1008", async (_name, head) => {
    expect((await knock(SOCKET_IO, head())).status).toBe(401);
    const outcome = await knock(SYSTEM, head());
    expect(outcome).toMatchObject({ status: 101, close: 1008 });
    expect(outcome.reason).toMatch(/^[A-Z].{20,}/);
  });

  test("with a key that may only send: 403, or 1008", async () => {
    const headers = { "x-api-key": own.store.issue("ingest").token };
    expect((await knock(SOCKET_IO, headers)).status).toBe(403);
    expect(await knock(SYSTEM, headers)).toMatchObject({ close: 1008 });
  });

  test("a key in the sub-protocol is taken, and the protocol is answered", async () => {
    const { token } = own.store.issue("read");
    const key = `api-key.${token}`;
    for (const path of [SOCKET_IO, SYSTEM]) {
      expect(await knock(path, {}, [key])).toMatchObject({ ...taken, protocol: key });
      expect(await knock(path, {}, [key, "sightline"])).toMatchObject({
        ...taken,
        protocol: "sightline",
      });
    }
    const made = `api-key.${newApiKey("admin")}`;
    expect(await knock(SYSTEM, {}, [made])).toMatchObject({ close: 1008, protocol: made });
  });

  test("a key in the address is taken when all it can do is read", async () => {
    const read = own.store.issue("read").token;
    const admin = own.store.issue("admin").token;
    expect(await knock(`${SYSTEM}?api_key=${read}`)).toMatchObject(taken);
    expect(await knock(`${SOCKET_IO}&api_key=${read}`)).toMatchObject(taken);
    expect(await knock(`${SYSTEM}?api_key=${admin}`)).toMatchObject({ close: 1008 });
    expect((await knock(`${SOCKET_IO}&api_key=${admin}`)).status).toBe(401);
  });

  test("no credential is in a line of the log", async () => {
    const { token } = session();
    const { token: key } = own.store.issue("read");
    await knock(SYSTEM, cookie(token));
    await knock(`${SYSTEM}?api_key=${key}`, {}, [`api-key.${key}`]);
    await knock(`${SOCKET_IO}&api_key=${newApiKey("admin")}`);
    const text = JSON.stringify(http.lines);
    expect(text).toContain("Upgrade refused");
    for (const secret of [token, key, "sl_adm_", "api_key"]) expect(text).not.toContain(secret);
  });
});

async function client(headers: Record<string, string>): Promise<Socket> {
  const socket = io(http.origin, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
  open.push({ terminate: () => socket.disconnect() });
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve);
    socket.on("connect_error", reject);
  });
  return socket;
}

describe("what a viewer may ask for", () => {
  test.each([
    "admin",
    "admins",
    "users",
    "audit",
    "gpu:",
    "GPUS",
    "gpus ",
    "__proto__",
    "slow readers",
    "",
    null,
    7,
    { room: "gpus" },
    ["gpus"],
  ])("a guessed room %j is refused", async (room) => {
    const socket = await client(cookie(session().token));
    const answer = (await socket.emitWithAck("join", room)) as JoinAnswer;
    expect(answer).toMatchObject({
      ok: false,
      message: "Name one room: gpus, gpu:<uuid>, or tokens.",
    });
    expect(await socket.emitWithAck("join", "gpus")).toEqual({ ok: true });
  });

  test("a room of a GPU that is not there is a name like any other: nothing comes", async () => {
    const socket = await client(cookie(session().token));
    const ticks: unknown[] = [];
    socket.on("gpu:tick", (tick) => ticks.push(tick));
    for (const room of ["gpu:*", "gpu:../gpus", "gpu:GPU-1"])
      expect(await socket.emitWithAck("join", room)).toEqual({ ok: true });
    feed.tick([feedSample(0, 1)]);
    feed.tick([feedSample(0, 2), feedSample(1, 3)]);
    await expect.poll(() => ticks).toMatchObject([{ samples: [{ gpuUuid: "GPU-1" }] }]);
  });

  test.each([
    "users:disable",
    "keys:revoke",
    "settings:change",
    "access:ended",
    "gpu:tick",
    "constructor",
  ])("an event of somebody else, %s, is refused", async (event) => {
    const socket = await client(cookie(session().token));
    expect(await socket.emitWithAck(event, "gpus")).toMatchObject({ ok: false });
  });
});

describe("a socket whose session or key ends", () => {
  /** Everything that was open is closed, and how long that took. */
  async function closedWithin(change: () => void, closing: Promise<unknown>[]): Promise<number> {
    const startedAtMs = performance.now();
    change();
    await Promise.all(closing);
    return performance.now() - startedAtMs;
  }

  async function both(headers: Record<string, string>) {
    const live = await client(headers);
    await live.emitWithAck("join", "gpus");
    const told = new Promise((resolve) => live.once("access:ended", resolve));
    const gone = new Promise((resolve) => live.once("disconnect", resolve));
    const system = new WebSocket(`ws://127.0.0.1:${http.port}${SYSTEM}`, { headers });
    open.push(system);
    await once(system, "message");
    return { told, gone, closed: once(system, "close") as Promise<[number, Buffer]> };
  }

  const ends: [string, () => Promise<{ headers: Record<string, string>; end: () => void }>][] = [
    [
      "is revoked here",
      async () => {
        const { token, row } = session();
        return {
          headers: cookie(token),
          end: () => {
            row.revokedAtMs = 1;
            own.identity.credentials.invalidateSession(row.id);
          },
        };
      },
    ],
    [
      "is revoked through another portal",
      async () => {
        const { token, row } = session();
        return {
          headers: cookie(token),
          end: () => {
            row.revokedAtMs = 1;
          },
        };
      },
    ],
    [
      "is a user's that was disabled",
      async () => {
        const { token, row } = session();
        return {
          headers: cookie(token),
          end: () => {
            row.disabledAtMs = 1;
          },
        };
      },
    ],
    [
      "is a key that was revoked",
      async () => {
        const { token, row } = own.store.issue("read");
        return {
          headers: { "x-api-key": token },
          end: () => {
            row.revokedAtMs = 1;
          },
        };
      },
    ],
    [
      "has another role",
      async () => {
        const { token, row } = session("admin");
        return {
          headers: cookie(token),
          end: () => {
            row.role = "viewer";
          },
        };
      },
    ],
  ];
  test.each(ends)("%s: it is closed and told why", { timeout: 30_000 }, async (name, begin) => {
    const { headers, end } = await begin();
    const { told, gone, closed } = await both(headers);
    const elapsedMs = await closedWithin(end, [told, gone, closed]);
    process.stdout.write(`A4: ${name}: closed after ${Math.round(elapsedMs)} ms\n`);
    const message = expect.stringMatching(/has ended, or its rights have changed/) as string;
    expect(await told).toEqual({ message });
    expect(await gone).toBe("io server disconnect"); // so the client does not come back by itself
    const [code, reason] = await closed;
    expect([code, reason.toString()]).toEqual([1008, message]);
  });

  test("others stay", async () => {
    const { token, row } = session();
    const other = await client(cookie(session().token));
    const { closed } = await both(cookie(token));
    row.revokedAtMs = 1;
    own.identity.credentials.invalidateSession(row.id);
    await closed;
    expect(await other.emitWithAck("join", "gpus")).toEqual({ ok: true });
  });
});
