import { afterEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError, type AppErrorCode } from "@/server/errors";
import { jsonAnswer, type Route } from "@/server/http/route";
import type { Actor } from "@/server/policy/policy";
import type { Context } from "@/server/trpc/context";
import {
  adminProcedure,
  createTRPCRouter,
  publicProcedure,
  viewerProcedure,
} from "@/server/trpc/trpc";
import { createRestApi } from "./create-rest-api";

const codes = ["INVALID", "UNAUTHENTICATED", "NOT_FOUND", "TOO_MANY", "UNAVAILABLE"] as const;
const seen: unknown[] = [];

const Echo = z.object({ got: z.unknown() });
const router = createTRPCRouter({
  gpu: createTRPCRouter({
    latest: viewerProcedure.output(Echo).query(() => ({ got: "latest" })),
    history: viewerProcedure
      .input(z.object({ gpuUuids: z.array(z.string()), limit: z.int().max(10).default(5) }))
      .output(Echo)
      .query(({ input }) => ({ got: input })),
    searchDeep: viewerProcedure
      .input(z.object({ where: z.object({ name: z.string() }) }))
      .output(Echo)
      .query(({ input }) => ({ got: input })),
    pressureWebhooks: createTRPCRouter({
      create: adminProcedure
        .input(z.object({ name: z.string().min(1, "give a name") }))
        .output(Echo)
        .mutation(({ input }) => ({ got: input })),
    }),
    rest: viewerProcedure.output(Echo).query(() => ({ got: "generated" })),
  }),
  identity: createTRPCRouter({
    signOut: publicProcedure.output(z.object({ count: z.int() })).mutation(({ ctx }) => {
      seen.push(ctx);
      ctx.setCookie("sightline=; Max-Age=0");
      ctx.setCookie("other=; Max-Age=0");
      return { count: 1 };
    }),
    fail: publicProcedure
      .input(z.object({ code: z.enum(codes) }))
      .output(z.never())
      .query(({ input: { code } }): never => {
        throw new AppError(code, "Do this.");
      }),
    break: publicProcedure.output(z.never()).query((): never => {
      throw new Error("connect ECONNREFUSED 10.9.8.7");
    }),
    lie: publicProcedure.output(z.object({ n: z.int() })).query(() => ({ n: "10.9.8.7" as never })),
  }),
});

const running: TestHttp[] = [];
afterEach(async () => {
  seen.length = 0;
  for (const http of running.splice(0)) await http.stop();
});

async function setUp(actor: Actor = userActor("admin"), existing: Route[] = []) {
  const features = { gpu: "the store" } as unknown as Context;
  const routes = createRestApi({ router, features, nowMs: () => 7, version: "1", existing });
  const http = await startTestHttp({ routes: [...existing, ...routes], actorOf: () => actor });
  running.push(http);
  return {
    routes,
    ask: async (path: string, init?: RequestInit) => {
      const answer = await fetch(`${http.origin}${path}`, init);
      const text = await answer.text();
      const body = (text === "" ? null : JSON.parse(text)) as Record<string, unknown>;
      return { status: answer.status, headers: answer.headers, body, text };
    },
    post: (body: unknown): RequestInit => ({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  };
}

describe("every procedure as an address", () => {
  test("flat queries are GET, all else is POST, words are hyphenated, routers nest", async () => {
    const { routes } = await setUp();
    expect(routes.map(({ method, path, policy }) => `${method} ${path} ${policy}`)).toEqual([
      "GET /api/gpu/latest viewer",
      "GET /api/gpu/history viewer",
      "POST /api/gpu/search-deep viewer",
      "POST /api/gpu/pressure-webhooks/create admin",
      "GET /api/gpu/rest viewer",
      "POST /api/identity/sign-out public",
      "GET /api/identity/fail public",
      "GET /api/identity/break public",
      "GET /api/identity/lie public",
      "GET /api/openapi.json viewer",
      "GET /api/docs viewer",
    ]);
  });

  test("input by address and by body, read by the schema, with its defaults", async () => {
    const { ask, post } = await setUp();
    expect((await ask("/api/gpu/history?gpuUuids=a&gpuUuids=b&limit=3")).body).toEqual({
      got: { gpuUuids: ["a", "b"], limit: 3 },
    });
    expect((await ask("/api/gpu/history?gpuUuids=a")).body).toMatchObject({ got: { limit: 5 } });
    const where = { name: "ä" };
    expect((await ask("/api/gpu/search-deep", post({ where }))).body).toEqual({ got: { where } });
    expect((await ask("/api/gpu/pressure-webhooks/create", post({ name: "x" }))).body).toEqual({
      got: { name: "x" },
    });
  });

  test("the verb gets who asks, the features, the clock; its cookies and request id go out", async () => {
    const actor = userActor("viewer");
    const { ask } = await setUp(actor);
    const { status, headers, body } = await ask("/api/identity/sign-out", {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": "abc" },
    });
    expect({ status, body }).toEqual({ status: 200, body: { count: 1 } });
    expect(headers.getSetCookie()).toEqual(["sightline=; Max-Age=0", "other=; Max-Age=0"]);
    const [ctx] = seen as Context[];
    expect(ctx).toMatchObject({ actor, requestId: "abc", gpu: "the store" });
    expect(ctx?.nowMs()).toBe(7);
    expect(ctx?.signal).toBeInstanceOf(AbortSignal);
  });

  test("a route that a feature wrote itself stays where it is", async () => {
    const handle = () => jsonAnswer({ got: "written" });
    const own: Route = { method: "GET", path: "/api/gpu/rest", policy: "viewer", handle };
    const { ask, routes } = await setUp(userActor("viewer"), [own]);
    expect((await ask("/api/gpu/rest")).body).toEqual({ got: "written" });
    expect(routes.filter(({ path }) => path === "/api/gpu/rest")).toEqual([]);
    // Another method at the same address is another operation.
    const { routes: both } = await setUp(userActor("viewer"), [{ ...own, method: "POST" }]);
    expect(both.filter(({ path }) => path === "/api/gpu/rest")).toHaveLength(1);
  });
});

describe("who may not, and what is wrong", () => {
  test("the policy of the procedure is that of its address", async () => {
    const { ask } = await setUp(anonymousActor);
    const { status, headers, body } = await ask("/api/gpu/latest");
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toBe("Bearer");
    expect(body).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
    const ingest = await setUp(keyActor("ingest"));
    expect(await ingest.ask("/api/gpu/latest")).toMatchObject({
      status: 403,
      body: { error: { code: "FORBIDDEN" } },
    });
    const reader = await setUp(keyActor("read"));
    expect(
      await reader.ask("/api/gpu/pressure-webhooks/create", reader.post({ name: "x" })),
    ).toMatchObject({ status: 403, body: { error: { code: "FORBIDDEN" } } });
  });

  test.each<[AppErrorCode, number]>([
    ["INVALID", 422],
    ["UNAUTHENTICATED", 401],
    ["NOT_FOUND", 404],
    ["TOO_MANY", 429],
    ["UNAVAILABLE", 503],
  ])("an AppError %s of a verb is a %d with its sentence", async (code, status) => {
    const { ask } = await setUp();
    const answer = await ask(`/api/identity/fail?code=${code}`, {
      headers: { "x-request-id": "abc" },
    });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { code, message: "Do this.", request_id: "abc" } });
    expect(answer.headers.get("retry-after")).toBe(code === "TOO_MANY" ? "1" : null);
  });

  test("an input that is not valid is a 422 with each field, by address and by body", async () => {
    const { ask, post } = await setUp();
    const byAddress = await ask("/api/gpu/history?limit=99");
    expect(byAddress.status).toBe(422);
    expect(byAddress.body).toMatchObject({
      error: { code: "INVALID", fields: [{ field: "gpuUuids" }, { field: "limit" }] },
    });
    const create = "/api/gpu/pressure-webhooks/create";
    expect(await ask(create, post({ name: "" }))).toMatchObject({
      status: 422,
      body: { error: { fields: [{ field: "name", message: "give a name" }] } },
    });
    expect(await ask(create, post(null))).toMatchObject({
      status: 422,
      body: { error: { fields: [{ field: "body" }] } },
    });
    expect(await ask(create, { ...post(null), body: "{" })).toMatchObject({
      status: 422,
      body: { error: { message: "The body is not JSON." } },
    });
    expect(await ask("/api/gpu/latest?a=1")).toMatchObject({
      status: 422,
      body: { error: { fields: [{ field: "a" }] } },
    });
  });

  test("what else fails, or answers what it must not, is a 500 that tells nothing from inside", async () => {
    const { ask } = await setUp();
    for (const path of ["/api/identity/break", "/api/identity/lie"]) {
      const { status, text } = await ask(path);
      expect(status).toBe(500);
      expect(text).toContain('"code":"INTERNAL"');
      expect(text).not.toContain("10.9.8.7");
    }
  });

  test("nothing changes by GET, by a form, or from another site", async () => {
    const { ask } = await setUp();
    const path = "/api/identity/sign-out";
    const json = { "content-type": "application/json" };
    const tries: [RequestInit, number][] = [
      [{}, 405],
      [{ method: "POST", body: new URLSearchParams({ a: "1" }) }, 415],
      [{ method: "POST", body: "{}", headers: { "content-type": "text/plain" } }, 415],
      [{ method: "POST", body: "{}", headers: { ...json, origin: "http://evil.example" } }, 403],
    ];
    for (const [init, status] of tries) expect((await ask(path, init)).status).toBe(status);
    expect(seen).toEqual([]);
  });
});

test("a router that cannot be told of is refused by name", () => {
  const features = {} as unknown as Context;
  const create = (bad: ReturnType<typeof createTRPCRouter>) =>
    createRestApi({ router: bad, features, nowMs: Date.now, version: "1", existing: [] });
  expect(() => create(createTRPCRouter({ bare: viewerProcedure.query(() => 1) }))).toThrow(
    "The procedure bare declares no output.",
  );
  const twice = viewerProcedure.input(z.object({ a: z.int() })).input(z.object({ b: z.int() }));
  expect(() => create(createTRPCRouter({ twice: twice.output(z.int()).query(() => 1) }))).toThrow(
    "The procedure twice must have one input, a schema of zod.",
  );
});
