import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyKind } from "@/domain/identity/api-key";
import type { UserRole } from "@/domain/identity/user-role";
import type { JoinAnswer } from "@/domain/realtime/realtime-events";
import { FakeGpuFeed } from "@/fixtures/fake-gpu-feed";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { withTestDatabase } from "@/fixtures/test-database";
import type { PrismaClient } from "@/prisma/generated/client";
import { createPrisma } from "@/server/db";
import { createPages } from "@/server/http/pages";
import { jsonAnswer, type Route } from "@/server/http/route";
import { createCredentialStore, createIdentityFeature } from "@/server/identity";
import { hashToken, newApiKey, newToken } from "@/server/identity/secret-token";
import { logger } from "@/server/logger";
import { listPolicies } from "@/server/main";
import { createSockets } from "@/server/realtime";
import type { Context } from "@/server/trpc/context";
import { createTrpcHandler, TRPC_PREFIX } from "@/server/trpc/handle-trpc-request";
import { appRouter } from "@/server/trpc/root";
import type { Actor, Declaration, DeclaredKind, Policy } from "./policy";

// A1: every declaration of the running registry, asked for by everybody there is, with real sessions and keys in a real database,
// through the real server. What each may do stands here once more, by hand: the product's own table is what is tested.

const reads: Policy[] = ["public", "viewer", "metrics", "account", "services"];
const grants = {
  anonymous: ["public"],
  viewer: reads,
  operator: [...reads, "operator", "prompts"],
  admin: [...reads, "operator", "prompts", "admin"],
  "viewer key": ["public", "viewer", "metrics", "services", "tools"],
  "read key": ["public", "viewer", "metrics", "services", "tools"],
  "ingest key": ["public", "ingest", "services"],
  "control key": ["public", "viewer", "operator", "services", "tools"],
  "operator key": ["public", "viewer", "metrics", "operator", "prompts", "services", "tools"],
  "admin key": [
    ...reads.filter((read) => read !== "account"),
    "operator",
    "prompts",
    "admin",
    "tools",
  ],
  "revoked key": ["public"],
  "expired session": ["public"],
  "idle session": ["public"],
  "revoked session": ["public"],
  "disabled user": ["public"],
} as const satisfies Record<string, readonly Policy[]>;
type Asker = keyof typeof grants;
const askers = Object.keys(grants) as Asker[];

/** Nobody is known of these, so they are asked to say who they are. */
const strangers: ReadonlySet<Asker> = new Set([
  "anonymous",
  "revoked key",
  "expired session",
  "idle session",
  "revoked session",
  "disabled user",
]);
const mayDo = (asker: Asker, policy: Policy) =>
  (grants[asker] as readonly Policy[]).includes(policy);
/** 401 where another credential would do: of a stranger any, at the tools of language models any key. */
const refusalStatus = (asker: Asker, policy: Policy) =>
  strangers.has(asker) || (policy === "tools" && !asker.endsWith(" key")) ? 401 : 403;

const HOUR_MS = 3_600_000;
let prisma: PrismaClient;
let declarations: Declaration[];
let http: TestHttp;
let headers: Record<Asker, Record<string, string>>;
let stop: () => Promise<void>;
const cells = new Map<DeclaredKind, number>();

async function addUser(role: UserRole, disabledAt: Date | null = null): Promise<string> {
  const id = randomUUID();
  await prisma.user.create({
    data: { id, email: `${id}@example.org`, name: role, role, createdAt: new Date(), disabledAt },
  });
  return id;
}

/** A session that began an hour ago; the cookie that carries it. */
async function addSession(
  userId: string,
  times: { expiresInMs?: number; idleMs?: number; revoked?: boolean } = {},
): Promise<Record<string, string>> {
  const { expiresInMs = HOUR_MS, idleMs = 0, revoked = false } = times;
  const token = newToken();
  const nowMs = Date.now();
  await prisma.session.create({
    data: {
      id: randomUUID(),
      tokenHash: hashToken(token),
      userId,
      method: "password",
      createdAt: new Date(nowMs - 24 * HOUR_MS),
      lastSeenAt: new Date(nowMs - idleMs),
      expiresAt: new Date(nowMs + expiresInMs),
      revokedAt: revoked ? new Date(nowMs - 1_000) : null,
      address: "127.0.0.1",
      userAgent: "",
    },
  });
  return { cookie: `sightline=${token}` };
}

async function addKey(kind: KeyKind, revokedAt: Date | null = null) {
  const key = newApiKey(kind);
  await prisma.apiKey.create({
    data: {
      id: randomUUID(),
      name: `${kind} key`,
      kind,
      keyHash: hashToken(key),
      hint: "sl_…",
      createdAt: new Date(),
      createdBy: "test",
      revokedAt,
    },
  });
  return { authorization: `Bearer ${key}` };
}

/** Answers who came, in place of what it does. */
function routeOf({ name, policy }: Declaration): Route {
  const [method, path = ""] = name.split(" ");
  return {
    method: method as Route["method"],
    path,
    policy,
    handle: ({ actor }) => jsonAnswer(actor),
  };
}

beforeAll(async () => {
  logger.level = "silent";
  prisma = createPrisma((await withTestDatabase()).url);
  const viewer = await addUser("viewer");
  headers = {
    anonymous: {},
    viewer: await addSession(viewer),
    operator: await addSession(await addUser("operator")),
    admin: await addSession(await addUser("admin")),
    "viewer key": await addKey("viewer"),
    "read key": await addKey("read"),
    "ingest key": await addKey("ingest"),
    "control key": await addKey("control"),
    "operator key": await addKey("operator"),
    "admin key": await addKey("admin"),
    "revoked key": await addKey("admin", new Date()),
    "expired session": await addSession(viewer, { expiresInMs: -1_000 }),
    "idle session": await addSession(viewer, { idleMs: 13 * HOUR_MS }),
    "revoked session": await addSession(viewer, { revoked: true }),
    "disabled user": await addSession(await addUser("admin", new Date())),
  };
  declarations = await listPolicies();
  const identity = createIdentityFeature({
    store: createCredentialStore(prisma),
    settings: {
      publicUrl: null,
      trustedProxies: [],
      anonymousRole: "none",
      metricsAccess: "key",
      promptContentRole: "operator",
      sessionIdleMs: 12 * HOUR_MS,
      initialAdminKeyFile: null,
    },
    logger,
    nowMs: Date.now,
  });
  const feed = new FakeGpuFeed();
  const sockets = createSockets({
    feed,
    pressure: feed,
    tokens: feed,
    health: () => "healthy",
    watch: identity.watch,
    logger,
  });
  const pages = declarations.filter(({ kind }) => kind === "page");
  http = await startTestHttp({
    routes: declarations.filter(({ kind }) => kind === "route").map(routeOf),
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
    clientOf: identity.clientOf,
    actorOf: identity.actorOf,
    watch: identity.watch,
  });
  stop = async () => {
    await sockets.stop();
    await http.stop();
    await identity.stop();
    await prisma.$disconnect();
  };
});
afterAll(async () => {
  const sum = [...cells.values()].reduce((total, count) => total + count, 0);
  const parts = Array.from(cells, ([kind, count]) => `${count} ${kind}`).join(", ");
  process.stdout.write(`A1: ${sum} cells asserted (${parts})\n`);
  await stop();
});

/** Every row of a kind by everybody; counted as asserted. */
function cellsOf(kind: DeclaredKind) {
  const rows = declarations.filter((entry) => entry.kind === kind);
  expect(rows.length).toBeGreaterThan(0);
  cells.set(kind, rows.length * askers.length);
  return rows.flatMap((row) => askers.map((asker) => ({ ...row, asker })));
}

const requestOf = (method: string, asker: Asker): RequestInit =>
  method === "POST"
    ? {
        method,
        headers: { ...headers[asker], "content-type": "application/json" },
        body: "{}",
      }
    : { method, headers: headers[asker] };
const isMutation = (name: string) =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[name]?._def
    .type === "mutation";

describe("everything that can be reached, by everybody", () => {
  test("procedures", async () => {
    for (const { name, policy, asker } of cellsOf("procedure")) {
      const request = requestOf(isMutation(name) ? "POST" : "GET", asker);
      const { status } = await fetch(`${http.origin}${TRPC_PREFIX}${name}`, request);
      if (mayDo(asker, policy)) expect([401, 403], `${name} as ${asker}`).not.toContain(status);
      else expect(status, `${name} as ${asker}`).toBe(refusalStatus(asker, policy));
    }
  });

  test("routes, and nobody is taken for another", async () => {
    for (const { name, policy, asker } of cellsOf("route")) {
      const [method = "", path = ""] = name.split(" ");
      const answer = await fetch(`${http.origin}${path}`, requestOf(method, asker));
      expect(answer.status, `${name} as ${asker}`).toBe(
        mayDo(asker, policy) ? 200 : refusalStatus(asker, policy),
      );
      if (!answer.ok) continue;
      const { via, role } = (await answer.json()) as Actor;
      expect(via).toBe(viaOf(asker));
      expect(role).toBe(roleOf(asker));
    }
  });

  test("pages: shells for everybody", async () => {
    for (const { name, policy, asker } of cellsOf("page")) {
      expect(mayDo(asker, policy)).toBe(true);
      const answer = await fetch(`${http.origin}${name}`, { headers: headers[asker] });
      expect(answer.status, `${name} as ${asker}`).toBe(200);
    }
  });

  test("sockets", async () => {
    for (const { name, policy, asker } of cellsOf("socket")) {
      const query = name === "/socket.io/" ? "?EIO=4&transport=websocket" : "";
      const socket = new WebSocket(`ws://127.0.0.1:${http.port}${name}${query}`, {
        headers: headers[asker],
      });
      socket.on("error", () => undefined);
      // Both kinds greet whom they take; the others are refused, or closed without a word.
      const isTaken = await new Promise<boolean>((resolve) => {
        socket.once("message", () => resolve(true));
        socket.once("close", () => resolve(false));
      });
      socket.terminate();
      expect(isTaken, `${name} as ${asker}`).toBe(mayDo(asker, policy));
    }
  });

  test("events and rooms, by those who may open the socket", async () => {
    const events = cellsOf("event");
    const rooms = cellsOf("room");
    for (const asker of askers) {
      const socket: Socket = io(http.origin, {
        transports: ["websocket"],
        forceNew: true,
        reconnection: false,
        extraHeaders: headers[asker],
      });
      const isTaken = await new Promise<boolean>((resolve) => {
        socket.once("connect", () => resolve(true));
        socket.once("connect_error", () => resolve(false));
      });
      expect(isTaken, asker).toBe(mayDo(asker, "viewer"));
      const ask = (event: string, room: string) =>
        socket.timeout(5_000).emitWithAck(event, room) as Promise<JoinAnswer>;
      if (isTaken) {
        for (const { name, policy } of events.filter((cell) => cell.asker === asker))
          expect((await ask(name, "gpus")).ok, name).toBe(mayDo(asker, policy));
        for (const { name, policy } of rooms.filter((cell) => cell.asker === asker))
          expect((await ask("join", name === "gpu" ? "gpu:a" : name)).ok, name).toBe(
            mayDo(asker, policy),
          );
      }
      socket.disconnect();
    }
  });
});

function viaOf(asker: Asker): Actor["via"] {
  if (strangers.has(asker)) return "anonymous";
  return asker.endsWith(" key") ? "key" : "session";
}

function roleOf(asker: Asker): Actor["role"] {
  const roles = ["admin", "operator", "viewer"] as const;
  return roles.find((role) => mayDo(asker, role)) ?? "public";
}

test("nothing that changes state or reads values is public but the ways in; pages and bare health are", () => {
  const open = declarations.filter(({ policy, kind }) => policy === "public" && kind !== "page");
  expect(open.map(({ name }) => name).sort()).toEqual(
    [
      "GET /api/auth/oidc/callback",
      "GET /api/auth/oidc/start",
      "GET /api/health",
      "GET /api/identity/who-am-i",
      "GET /api/system/health",
      "GET /api/system/health/live",
      "GET /api/system/health/ready",
      "GET /api/tokens/ranks",
      "GET /health",
      "GET /ready",
      "POST /api/identity/setup",
      "POST /api/identity/sign-in",
      "identity.setup",
      "identity.signIn",
      "identity.whoAmI",
    ].sort(),
  );
});
