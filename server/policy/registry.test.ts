import { initTRPC } from "@trpc/server";
import { describe, expect, test } from "vitest";
import { createTRPCRouter, publicProcedure, viewerProcedure } from "@/server/trpc/trpc";
import { assertPagesDeclared, listDeclarations, type Surface } from "./registry";

const surface: Surface = {
  router: createTRPCRouter({
    open: publicProcedure.query(() => 1),
    deep: createTRPCRouter({ closed: viewerProcedure.query(() => 2) }),
  }),
  routes: [
    { method: "GET", path: "/health", policy: "public" },
    { method: "POST", path: "/health", policy: "admin" },
  ],
  pages: { "/": "public" },
  sockets: [{ path: "/ws/system", policy: "viewer" }],
  events: { join: "viewer" },
  rooms: { gpus: "viewer" },
};

describe("the policy registry", () => {
  test("lists every procedure, route, page, socket, event and room", () => {
    expect(listDeclarations(surface)).toEqual([
      { kind: "procedure", name: "open", policy: "public" },
      { kind: "procedure", name: "deep.closed", policy: "viewer" },
      { kind: "route", name: "GET /health", policy: "public" },
      { kind: "route", name: "POST /health", policy: "admin" },
      { kind: "page", name: "/", policy: "public" },
      { kind: "socket", name: "/ws/system", policy: "viewer" },
      { kind: "event", name: "join", policy: "viewer" },
      { kind: "room", name: "gpus", policy: "viewer" },
    ]);
  });

  test("a procedure without a policy is refused by name", () => {
    const bare = initTRPC.create();
    const router = bare.router({ logs: bare.router({ search: bare.procedure.query(() => 1) }) });
    expect(() => listDeclarations({ ...surface, router })).toThrow(
      "The procedure logs.search declares no policy.",
    );
  });

  test.each([
    ["route", { routes: [{ method: "GET", path: "/x", policy: undefined }] }, "route GET /x"],
    ["page", { pages: { "/x": undefined } }, "page /x"],
    ["socket", { sockets: [{ path: "/x", policy: "everybody" }] }, "socket /x"],
    ["event", { events: { x: null } }, "event x"],
    ["room", { rooms: { x: "" } }, "room x"],
  ])("a %s without a policy is refused by name", (_kind, part, name) => {
    expect(() => listDeclarations({ ...surface, ...(part as Partial<Surface>) })).toThrow(
      `The ${name} declares no policy.`,
    );
  });

  test("a page that claims to be guarded is refused: nothing guards pages", () => {
    expect(() => listDeclarations({ ...surface, pages: { "/logs": "viewer" } })).toThrow(
      "The page /logs declares viewer, which nothing enforces",
    );
  });

  test("two handlers for one address are refused: only one policy could be meant", () => {
    const route = { method: "GET", path: "/x", policy: "public" } as const;
    expect(() => listDeclarations({ ...surface, routes: [route, route] })).toThrow(
      "The route GET /x is declared twice.",
    );
  });

  test("a page that was built without a policy is refused", () => {
    const site = {
      pages: new Map([["/", ""]]),
      assets: new Set(["/_next/static/chunks/a.js", "/robots.txt"]),
      notFound: { html: Buffer.from(""), policy: "" },
    };
    expect(() => {
      assertPagesDeclared(site, { "/": "public" });
    }).toThrow("/robots.txt");
    expect(() => {
      assertPagesDeclared(site, { "/": "public", "/robots.txt": "public" });
    }).not.toThrow();
  });
});
