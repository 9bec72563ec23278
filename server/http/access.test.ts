import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { sendRaw, startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError } from "@/server/errors";
import type { Actor } from "@/server/policy/policy";
import { jsonAnswer, type Route, type RouteRequest } from "./route";

// What the server does with who asks: answers, refusals, and answers that outlive what somebody came with.

const waiting: RouteRequest[] = [];
let http: TestHttp;
let watched: { actor: Actor; onEnd: () => void }[] = [];
let isAway = false;
let changes = 0;

function route(method: Route["method"], path: string, more: Partial<Route>): Route {
  return { method, path, policy: "viewer", handle: () => jsonAnswer({ ok: true }), ...more };
}

const routes: Route[] = [
  route("GET", "/api/read", {}),
  route("GET", "/api/probe", { policy: "public", answersAnyName: true }),
  route("GET", "/api/metrics", { policy: "metrics", answersAnyName: true }),
  route("GET", "/api/who", {
    policy: "public",
    handle: ({ actor }) => jsonAnswer({ role: actor.role }),
  }),
  route("POST", "/api/change", {
    policy: "operator",
    handle: () => {
      changes += 1;
      return jsonAnswer({ done: true });
    },
  }),
  route("POST", "/api/sign-out", {
    handle: async () => {
      for (const { onEnd } of watched) onEnd();
      await new Promise((resolve) => setImmediate(resolve));
      return jsonAnswer({ count: 1 });
    },
  }),
  route("GET", "/api/wait", {
    handle: async (request) => {
      waiting.push(request);
      await once(request.signal, "abort");
      return jsonAnswer({ changed: false });
    },
  }),
  route("GET", "/api/stream", {
    handle: (request) => ({
      status: 200,
      contentType: "text/event-stream",
      body: (async function* () {
        waiting.push(request);
        yield "data: 1\n\n";
        await once(request.signal, "abort");
        yield "data: never\n\n";
      })(),
    }),
  }),
];

const actors: Record<string, Actor> = {
  viewer: userActor("viewer"),
  operator: userActor("operator"),
  read: keyActor("read"),
  revoked: {
    ...anonymousActor,
    refusal: { code: "UNAUTHENTICATED", message: "Your session has ended. Sign in again." },
  },
};

beforeAll(async () => {
  http = await startTestHttp({
    routes,
    actorOf: ({ headers }) => {
      const name = (headers.authorization ?? headers.cookie ?? "").replace("Bearer ", "");
      if (name === "") return anonymousActor;
      if (isAway) return Promise.reject(new AppError("UNAVAILABLE", "Nobody can be looked up."));
      return actors[name] ?? anonymousActor;
    },
    watch: (actor, onEnd) => {
      const one = { actor, onEnd };
      watched.push(one);
      return () => {
        watched = watched.filter((other) => other !== one);
      };
    },
  });
});
afterAll(() => http.stop());

const ask = (path: string, cookie = "") =>
  fetch(`${http.origin}${path}`, { headers: cookie === "" ? {} : { cookie } });
const raw = (lines: string[], body = "") =>
  sendRaw(http.port, [...lines, "Connection: close", "", body].join("\r\n"));
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

describe("who may not", () => {
  test("nobody in particular is told to sign in, and how a program does", async () => {
    const answer = await ask("/api/read");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer.json()).toMatchObject({
      error: { code: "UNAUTHENTICATED", message: /Sign in, or send an API key/ },
    });
  });

  test("somebody is told what it needs, and that is no question of signing in", async () => {
    const post = { method: "POST", body: "{}" };
    const headers = { "content-type": "application/json", cookie: "viewer" };
    const answer = await fetch(`${http.origin}/api/change`, { ...post, headers });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("www-authenticate")).toBeNull();
    expect(changes).toBe(0);
  });

  test("whose session has ended is told so", async () => {
    const answer = await ask("/api/read", "revoked");
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain("Your session has ended. Sign in again.");
  });

  test.each(["/api/read", "/api/who", "/api/probe", "/api/metrics"])(
    "%s depends on who asks, so no cache may give it to another",
    async (path) => {
      for (const cookie of ["", "viewer"]) {
        const { headers } = await ask(path, cookie);
        expect(headers.get("vary")).toContain("Cookie, Authorization, X-API-Key");
        expect(headers.get("cache-control")).toBe("no-store");
      }
    },
  );

  test("a page does not depend on it, and nobody is looked up for it", async () => {
    isAway = true;
    const answer = await ask("/anything", "viewer");
    isAway = false;
    expect(answer.status).toBe(200);
    expect(answer.headers.get("vary")).toBeNull();
  });
});

describe("while nobody can be looked up", () => {
  test("what is public answers as to nobody, all else says that it is not to be had now", async () => {
    isAway = true;
    const who = await ask("/api/who", "operator");
    const read = await ask("/api/read", "operator");
    const anonymous = await ask("/api/read");
    isAway = false;
    expect([who.status, await who.json()]).toEqual([200, { role: "public" }]);
    expect(read.status).toBe(503);
    expect(anonymous.status).toBe(401); // needs no look
  });
});

describe("changes by way of another site (A5)", () => {
  const json = "Content-Type: application/json";
  const origin = () => `Origin: ${http.origin}`;
  const hostile: [string, () => string[], number][] = [
    ["a form", () => ["Content-Type: application/x-www-form-urlencoded", origin()], 415],
    ["a form with files", () => ["Content-Type: multipart/form-data; boundary=x", origin()], 415],
    ["a text form", () => ["Content-Type: text/plain", origin()], 415],
    ["JSON as text", () => ["Content-Type: text/plain; charset=application/json", origin()], 415],
    ["JSON without a type", () => [origin()], 415],
    ["a form of another site", () => ["Content-Type: text/plain", "Origin: http://a.example"], 403],
    ["JSON of another site", () => [json, "Origin: http://a.example"], 403],
    ["JSON of another port", () => [json, "Origin: http://127.0.0.1:1"], 403],
    ["JSON of a sandboxed frame", () => [json, "Origin: null"], 403],
    ["JSON that a browser calls cross-site", () => [json, "Sec-Fetch-Site: cross-site"], 403],
    ["JSON of a sister site", () => [json, origin(), "Sec-Fetch-Site: same-site"], 403],
  ];
  test.each(hostile)("%s changes nothing", async (_name, lines, status) => {
    const head = ["POST /api/change HTTP/1.1", `Host: 127.0.0.1:${http.port}`, "Cookie: operator"];
    const answer = await raw([...head, ...lines(), "Content-Length: 2"], "{}");
    expect(statusOf(answer)).toBe(status);
    expect(changes).toBe(0);
  });

  test("nor does a GET, with or without a body", async () => {
    const head = [`Host: 127.0.0.1:${http.port}`, "Cookie: operator"];
    for (const more of [[], [json, "Content-Length: 2"]]) {
      const answer = await raw(["GET /api/change HTTP/1.1", ...head, ...more], "{}");
      expect(statusOf(answer)).toBe(405);
    }
    expect(changes).toBe(0);
  });

  test("a page of this site and a program with a key change it", async () => {
    const head = ["POST /api/change HTTP/1.1", `Host: 127.0.0.1:${http.port}`, json];
    const length = "Content-Length: 2";
    const page = await raw([...head, "Cookie: operator", origin(), length], "{}");
    const program = await raw([...head, "Authorization: Bearer operator", length], "{}");
    expect([statusOf(page), statusOf(program)]).toEqual([200, 200]);
    expect(changes).toBe(2);
  });
});

describe("names that nobody expects here", () => {
  const named = (path: string, ...more: string[]) =>
    raw([`GET ${path} HTTP/1.1`, "Host: portal:3000", ...more]);

  test("a page that was led here by its own name gets nothing", async () => {
    expect(statusOf(await named("/api/who"))).toBe(403);
    expect(statusOf(await named("/"))).toBe(403);
    expect(statusOf(await named("/api/who", "Authorization: Basic eA=="))).toBe(403);
  });

  test("probes are answered, and scrapers as far as they may", async () => {
    expect(statusOf(await named("/api/probe"))).toBe(200);
    expect(statusOf(await named("/api/metrics"))).toBe(401);
  });

  test("a program with a key is answered by whatever name it has for us", async () => {
    expect(statusOf(await named("/api/read", "Authorization: Bearer read"))).toBe(200);
    expect(statusOf(await named("/api/read", "X-API-Key: none"))).toBe(401);
  });

  test.each(["", "a b", "x@127.0.0.1"])("but not by Host %j and without a key", async (host) => {
    const answer = await raw(["GET /api/read HTTP/1.1", `Host: ${host}`]);
    expect([400, 403]).toContain(statusOf(answer));
  });
});

describe("what somebody came with ends while an answer is under way", () => {
  test("a long wait is answered with 401, and its work is given up", async () => {
    const answer = ask("/api/wait", "viewer");
    await expect.poll(() => waiting.length).toBe(1);
    watched[0]?.onEnd();
    expect((await answer).status).toBe(401);
    expect((await answer).headers.get("www-authenticate")).toBe("Bearer");
    expect(waiting.splice(0)[0]?.signal.aborted).toBe(true);
    await expect.poll(() => watched).toEqual([]);
  });

  test("a stream is cut", async () => {
    const answer = await ask("/api/stream", "viewer");
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    watched[0]?.onEnd();
    await expect(reader?.read()).rejects.toThrow();
    expect(waiting.splice(0)[0]?.signal.aborted).toBe(true);
    await expect.poll(() => watched).toEqual([]);
    const failures = http.lines.filter((line) => "err" in line);
    expect(failures.filter(({ level }) => level === 50)).toEqual([]);
  });

  test("an answer that is out is left alone, and the connection serves on", async () => {
    const ends: (() => void)[] = [];
    expect((await ask("/api/read", "viewer")).status).toBe(200);
    await expect.poll(() => watched).toEqual([]);
    const answer = ask("/api/wait", "viewer");
    await expect.poll(() => watched.length).toBe(1);
    ends.push(...watched.map(({ onEnd }) => onEnd));
    for (const end of ends) end();
    for (const end of ends) end(); // once more: nothing is sent twice
    expect((await answer).status).toBe(401);
    waiting.length = 0;
    expect((await ask("/api/read", "viewer")).status).toBe(200);
  });

  test("a change that ends what it came with answers as it would", async () => {
    const headers = { "content-type": "application/json", cookie: "operator" };
    const answer = await fetch(`${http.origin}/api/sign-out`, {
      method: "POST",
      headers,
      body: "{}",
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ count: 1 });
  });

  test("whoever shows nothing is not watched", async () => {
    await ask("/api/who");
    expect(watched).toEqual([]);
  });
});
