import { Writable } from "node:stream";
import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError } from "@/server/errors";
import type { Context } from "./context";
import { createTrpcHandler, TRPC_PREFIX } from "./handle-trpc-request";
import { createTRPCRouter, publicProcedure } from "./trpc";
import { createLogger } from "@/server/logger";

let changes = 0;
const router = createTRPCRouter({
  echo: publicProcedure.input(z.object({ text: z.string().max(10) })).query(({ ctx, input }) => ({
    text: input.text,
    requestId: ctx.requestId,
    role: ctx.actor.role,
  })),
  change: publicProcedure.input(z.unknown()).mutation(() => (changes += 1)),
  missing: publicProcedure.query(() => {
    throw new AppError("NOT_FOUND", "No GPU has this UUID.");
  }),
  away: publicProcedure.query(() => {
    throw new AppError("UNAVAILABLE", "The database does not answer.", {
      cause: new Error("connect ECONNREFUSED 10.9.8.7:5432"),
    });
  }),
  unwritten: publicProcedure.query(() => {
    throw new TRPCError({ code: "NOT_IMPLEMENTED", message: "secret of 10.1.2.3" });
  }),
  broken: publicProcedure.query(() => {
    throw new Error("password of 10.1.2.3 is wrong");
  }),
});

let http: TestHttp;
const lines: string[] = [];
beforeAll(async () => {
  const logger = createLogger(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    }),
  );
  const handle = createTrpcHandler({
    router,
    features: {} as unknown as Omit<Context, "requestId">,
    nowMs: Date.now,
    logger,
  });
  http = await startTestHttp({ trpc: { prefix: TRPC_PREFIX, handle } });
});
afterAll(() => http.stop());

const input = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${http.origin}/api/trpc/${path}`, { headers });
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${http.origin}/api/trpc/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });

describe("procedures over HTTP", () => {
  test("a query is answered with the request id that it came with", async () => {
    const answer = await get(`echo?input=${input({ text: "a" })}`, { "x-request-id": "mine-2" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-request-id")).toBe("mine-2");
    expect(await answer.json()).toEqual({
      result: { data: { text: "a", requestId: "mine-2", role: "admin" } },
    });
  });

  test.each([
    ["a bad input", `echo?input=${input({ text: "a".repeat(11) })}`, 400],
    ["no input", "echo", 400],
    ["broken JSON", "echo?input={", 400],
    ["broken percent-encoding", "echo?input=%", 400],
    ["an unknown procedure", "none", 404],
    ["a prototype's name", "__proto__", 404],
    ["a verb's own error", "missing", 404],
    ["a mutation by GET", "change", 405],
  ])("%s is a declared error with the request id", async (_name, path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(text).not.toMatch(/stack|node_modules/);
    expect(JSON.parse(text)).toMatchObject({
      error: { data: { requestId: answer.headers.get("x-request-id"), httpStatus: status } },
    });
  });

  test.each([
    ["text: ", `echo?input=${input({ text: "a".repeat(11) })}`],
    ["input: ", "echo"],
  ])(
    "a bad input is a sentence that begins with %j, not the list of a validator",
    async (...row) => {
      const [start, path] = row;
      const answer = await get(path);
      const { error } = (await answer.json()) as {
        error: { message: string; data: { requestId: string } };
      };
      expect(error.message.startsWith(start)).toBe(true);
      expect(error.message).not.toMatch(/[[{"\n]/);
      expect(error.data.requestId).toBe(answer.headers.get("x-request-id"));
    },
  );

  test("an error of ours that is the server's fault is a sentence, and its cause is in the log", async () => {
    const answer = await get("away", { "x-request-id": "away-1" });
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      error: { message: "The database does not answer.", data: { requestId: "away-1" } },
    });
    expect(text).not.toContain("10.9.8.7");
    const line = lines.find((entry) => entry.includes("away-1")) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({ level: "warn", procedure: "away" });
    expect(line).toContain("ECONNREFUSED");
  });

  test.each([
    ["broken", 500],
    ["unwritten", 501],
  ])("the text of an unknown error stays inside (%s)", async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(text).toContain("Internal error");
    expect(text).not.toMatch(/10\.1\.2\.3|password|stack/);
  });

  test("a batch of ten is answered, one of eleven is not", async () => {
    const batch = (size: number) => {
      const inputs = Object.fromEntries(
        Array.from({ length: size }, (_, n) => [n, { text: n.toString() }]),
      );
      return get(`${Array(size).fill("echo").join()}?batch=1&input=${input(inputs)}`);
    };
    const ten = await batch(10);
    expect(ten.status).toBe(200);
    expect(await ten.json()).toHaveLength(10);
    expect((await batch(11)).status).toBe(400);
  });

  test("a body above 1 MB is refused, also when its length was not announced", async () => {
    const before = changes;
    const chunks = new ReadableStream({
      start(controller) {
        const chunk = new TextEncoder().encode(`"${"a".repeat(600_000)}"`);
        controller.enqueue(chunk);
        controller.enqueue(chunk);
        controller.close();
      },
    });
    const init = { method: "POST", body: chunks, duplex: "half" } as RequestInit;
    const answer = await fetch(`${http.origin}/api/trpc/change`, {
      ...init,
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(413);
    expect((await post("change", JSON.stringify("a".repeat(1_000_001)))).status).toBe(413);
    expect(changes).toBe(before);
  });

  test("mutations are taken as JSON from this site alone", async () => {
    const before = changes;
    expect((await post("change", "1", { "content-type": "text/plain" })).status).toBe(415);
    expect((await post("change", "1", { origin: "http://evil.example" })).status).toBe(403);
    expect(changes).toBe(before);
    expect((await post("change", "1", { origin: http.origin })).status).toBe(200);
    expect(changes).toBe(before + 1);
  });

  test("metrics name known procedures and put all else together", async () => {
    await get("none-a");
    await get("none-b,none-c?batch=1&input={}");
    await get(`echo?input=${input({ text: "a" })}`);
    const text = await http.registry.metrics();
    expect(text).toContain('route="/api/trpc/echo"');
    expect(text).toContain('route="/api/trpc/{batch}"');
    expect(text).toContain('route="unmatched"');
    expect(text).not.toContain("none-");
  });
});

test(
  "2,000 malformed requests are all answered, none with a 5xx",
  { timeout: 60_000 },
  async () => {
    const seed = Date.now() % 1_000_000;
    const random = randomFrom(seed);
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
    const paths = ["echo", "change", "missing", "none", "__proto__", "echo,echo", "echo,none", ""];
    const values = ["{}", "[]", "null", "1e999", '{"text":1}', "{", '"', "%00", '{"__proto__":1}'];
    const types = ["application/json", "text/plain", "application/json;charset=x", "", "a/b"];
    const statuses = new Map<number, number>();
    for (let round = 0; round < 40; round++) {
      const answers = Array.from({ length: 50 }, async () => {
        const query = `?${pick(["", "batch=1&", "batch=x&"])}input=${pick([encodeURIComponent(pick(values)), pick(values)])}`;
        const path = `${pick(paths)}${query.replaceAll('"', "%22").replaceAll("{", "%7B").replaceAll("}", "%7D")}`;
        const answer =
          random() < 0.5
            ? await get(path)
            : await post(path, pick(values), { "content-type": pick(types) });
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      });
      await Promise.all(answers);
    }
    const failures = [...statuses.keys()].filter((status) => status >= 500);
    expect(failures, `seed ${seed}`).toEqual([]);
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(2_000);
    expect(({} as Record<string, unknown>).text).toBeUndefined();
  },
);

/** A small generator whose run can be repeated from its seed (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
