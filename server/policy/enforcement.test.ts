import { once } from "node:events";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JoinAnswer } from "@/domain/realtime/realtime-events";
import { FakeGpuFeed } from "@/fixtures/fake-gpu-feed";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { jsonAnswer, type Route } from "@/server/http/route";
import { logger } from "@/server/logger";
import { listPolicies } from "@/server/main";
import { createPages } from "@/server/http/pages";
import { createSockets } from "@/server/realtime";
import type { Context } from "@/server/trpc/context";
import { createTrpcHandler, TRPC_PREFIX } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import { type Actor, type Declaration, isAllowed } from "./policy";

// Every declaration of the running registry, asked for by every role, through the real server: the answer is 403 or
// FORBIDDEN exactly where the policy says so. Behind a route stands a handler that answers who came.

const roles = ["public", "viewer", "operator", "admin", "ingest"] as const;
type TestRole = (typeof roles)[number];
/** The last one has no role at all, and may send samples and inferences. */
const as = (role: TestRole): Actor =>
  role === "ingest"
    ? { role: "public", via: "unprotected", ingestRefusal: null }
    : { role, via: "unprotected" };

let declarations: Declaration[];
let http: TestHttp;
let stop: () => Promise<void>;

beforeAll(async () => {
  logger.level = "silent";
  declarations = await listPolicies();
  const feed = new FakeGpuFeed();
  const sockets = createSockets({ feed, pressure: feed, health: () => "healthy", logger });
  const routes = declarations
    .filter(({ kind }) => kind === "route")
    .map(({ name, policy }): Route => {
      const [method, path = ""] = name.split(" ");
      return {
        method: method as Route["method"],
        path,
        policy,
        handle: ({ actor }) => jsonAnswer(actor),
      };
    });
  const pages = declarations.filter(({ kind }) => kind === "page");
  http = await startTestHttp({
    routes,
    endpoints: [...sockets.endpoints],
    pages: createPages({
      site: {
        pages: new Map(pages.map(({ name }) => [name, "default-src 'none'"])),
        assets: new Set(),
        notFound: { html: Buffer.from(""), policy: "" },
      },
      next: async (_req, res) => void res.end("shell"),
    }),
    trpc: {
      prefix: TRPC_PREFIX,
      handle: createTrpcHandler({
        router: appRouter,
        features: {} as unknown as Omit<Context, "requestId">, // no verb gets that far
        nowMs: Date.now,
        logger,
      }),
    },
    actorOf: (req) => as((req.headers["x-test-role"] ?? "public") as TestRole),
  });
  stop = async () => {
    await sockets.stop();
    await http.stop();
  };
});
afterAll(() => stop());

/** [declaration, role] for every cell of the matrix. */
function cellsOf(kind: Declaration["kind"]) {
  const rows = declarations.filter((entry) => entry.kind === kind);
  expect(rows.length).toBeGreaterThan(0);
  return rows.flatMap((row) => roles.map((role) => ({ ...row, role })));
}

const headersOf = (role: TestRole) => ({ "x-test-role": role });
/** A request of the right method: what changes something comes as a POST of JSON. */
const requestOf = (method: string, role: TestRole): RequestInit =>
  method === "POST"
    ? {
        method,
        headers: { ...headersOf(role), "content-type": "application/json" },
        body: "{}",
      }
    : { method, headers: headersOf(role) };
const isMutation = (name: string) =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[name]?._def
    .type === "mutation";

describe("every declaration by every role", () => {
  test("procedures", async () => {
    for (const { name, policy, role } of cellsOf("procedure")) {
      const request = requestOf(isMutation(name) ? "POST" : "GET", role);
      const answer = await fetch(`${http.origin}${TRPC_PREFIX}${name}`, request);
      const isRefused = answer.status === 403;
      expect(isRefused, `${name} as ${role}`).toBe(!isAllowed(as(role), policy));
    }
  });

  test("routes, and nobody is taken for another", async () => {
    for (const { name, policy, role } of cellsOf("route")) {
      const [method = "", path = ""] = name.split(" ");
      const answer = await fetch(`${http.origin}${path}`, requestOf(method, role));
      expect(answer.status, `${name} as ${role}`).toBe(isAllowed(as(role), policy) ? 200 : 403);
      if (answer.ok) expect(await answer.json()).toEqual(as(role));
    }
  });

  test("pages: shells for everybody", async () => {
    for (const { name, policy, role } of cellsOf("page")) {
      const answer = await fetch(`${http.origin}${name}`, { headers: headersOf(role) });
      expect(answer.status, `${name} as ${role}`).toBe(isAllowed(as(role), policy) ? 200 : 403);
    }
  });

  test("sockets", async () => {
    for (const { name, policy, role } of cellsOf("socket")) {
      const query = name === "/socket.io/" ? "?EIO=4&transport=websocket" : "";
      const socket = new WebSocket(`ws://127.0.0.1:${http.port}${name}${query}`, {
        headers: headersOf(role),
      });
      socket.on("error", () => undefined);
      const isOpen = await Promise.race([
        once(socket, "open").then(() => true),
        once(socket, "unexpected-response").then(() => false),
      ]);
      socket.terminate();
      expect(isOpen, `${name} as ${role}`).toBe(isAllowed(as(role), policy));
    }
  });

  test("events and rooms, by those who may open the socket", async () => {
    const opens: ReadonlySet<TestRole> = new Set(["viewer", "operator", "admin"]);
    const events = cellsOf("event").filter(({ role }) => opens.has(role));
    const rooms = cellsOf("room").filter(({ role }) => opens.has(role));
    for (const role of opens) {
      const socket: Socket = io(http.origin, {
        transports: ["websocket"],
        forceNew: true,
        extraHeaders: headersOf(role),
      });
      const ask = (event: string, room: string) =>
        socket.timeout(3_000).emitWithAck(event, room) as Promise<JoinAnswer>;
      for (const { name, policy } of events.filter((cell) => cell.role === role))
        expect((await ask(name, "gpus")).ok, name).toBe(isAllowed(as(role), policy));
      for (const { name, policy } of rooms.filter((cell) => cell.role === role))
        expect((await ask("join", name === "gpu" ? "gpu:a" : name)).ok, name).toBe(
          isAllowed(as(role), policy),
        );
      socket.disconnect();
    }
  });
});

test("nothing that changes state or reads values is public; pages, health and metrics are", () => {
  const open = declarations.filter(({ policy }) => policy === "public").map(({ name }) => name);
  expect(open.sort()).toEqual([
    "/",
    "/gpu",
    "/gpus",
    "/icon.svg",
    "GET /api/health",
    "GET /api/metrics",
    "GET /api/system/health",
    "GET /api/system/health/live",
    "GET /api/system/health/ready",
    "GET /health",
    "GET /metrics",
    "GET /ready",
  ]);
});
