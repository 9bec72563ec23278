import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallError, createCaller } from "./create-caller";

const alive = () => new AbortController().signal;

function setUp(answer: (paths: string[]) => unknown) {
  const sent: { paths: string[]; input: unknown; signal: AbortSignal | null | undefined }[] = [];
  const posted: { address: string; init: RequestInit }[] = [];
  const { query: call, mutate } = createCaller({
    url: "/api/trpc",
    maxCalls: 3,
    fetch: (address, init) => {
      const url = new URL(address, "http://localhost");
      const paths = url.pathname.replace("/api/trpc/", "").split(",");
      if (init.method === "POST") posted.push({ address, init });
      else {
        const input: unknown = JSON.parse(url.searchParams.get("input") ?? "");
        sent.push({ paths, input, signal: init.signal });
      }
      const body = answer(paths);
      return body instanceof Error
        ? Promise.reject(body)
        : Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body)));
    },
  });
  return { call, mutate, sent, posted };
}

const echo = (paths: string[]) => paths.map((path) => ({ result: { data: path } }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** All outcomes of calls that were made before. */
async function outcomes(calls: Promise<unknown>[]) {
  const settled = Promise.allSettled(calls);
  await vi.advanceTimersByTimeAsync(1);
  return (await settled).map((one) =>
    one.status === "fulfilled" ? one.value : (one.reason as unknown),
  );
}

describe("createCaller", () => {
  test("calls of one turn go in one request, each with its own input and answer", async () => {
    const { call, sent } = setUp(echo);
    expect(
      await outcomes([call("a.b", undefined, alive()), call("c.d", { x: "ä&" }, alive())]),
    ).toEqual(["a.b", "c.d"]);
    expect(sent.map(({ paths, input }) => ({ paths, input }))).toEqual([
      { paths: ["a.b", "c.d"], input: { 1: { x: "ä&" } } },
    ]);
  });

  test("never more calls a request than the server takes, nor a longer address", async () => {
    const { call, sent } = setUp(echo);
    await outcomes(["1", "2", "3", "4"].map((name) => call(name, undefined, alive())));
    expect(sent.map(({ paths }) => paths)).toEqual([["1", "2", "3"], ["4"]]);
    sent.length = 0;
    await outcomes(["1", "2"].map((name) => call(name, "x".repeat(5_000), alive())));
    expect(sent.map(({ paths }) => paths)).toEqual([["1"], ["2"]]);
  });

  test("one refused call does not fail the others", async () => {
    const refusal = {
      error: { message: "No such GPU", data: { code: "NOT_FOUND", httpStatus: 404 } },
    };
    const { call } = setUp(() => [{ result: { data: 1 } }, refusal]);
    const [good, bad] = await outcomes([call("a", 0, alive()), call("b", 0, alive())]);
    expect(good).toBe(1);
    expect(bad).toMatchObject({ message: "No such GPU", data: { code: "NOT_FOUND" } });
  });

  test("a request that is refused as a whole refuses each call", async () => {
    const { call } = setUp(() => ({ error: { message: "Wait", data: { httpStatus: 429 } } }));
    const all = await outcomes([call("a", 0, alive()), call("b", 0, alive())]);
    for (const one of all) expect(one).toMatchObject({ message: "Wait" });
  });

  test.each([
    ["no connection", new TypeError("Failed to fetch")],
    ["a page of a proxy", "<html>502</html>"],
    ["JSON of somebody else", { hello: 1 }],
    ["an answer too few", []],
  ])("%s is an error without data", async (_, body) => {
    const { call } = setUp(() => body);
    const [failure] = await outcomes([call("a", 0, alive())]);
    expect(failure).toBeInstanceOf(CallError);
    expect(failure).toMatchObject({ data: null });
  });

  test("a call given up before it was sent is not sent", async () => {
    const { call, sent } = setUp(echo);
    const giveUp = new AbortController();
    const calls = [call("a", 0, giveUp.signal), call("b", 0, alive())];
    giveUp.abort(new Error("left"));
    expect(await outcomes(calls)).toEqual([new Error("left"), "b"]);
    expect(sent.map(({ paths }) => paths)).toEqual([["b"]]);
  });

  test("a request ends when nobody waits for it any more, not before", async () => {
    const { call, sent } = setUp(echo);
    const [first, second] = [new AbortController(), new AbortController()];
    await outcomes([call("a", 0, first.signal), call("b", 0, second.signal)]);
    first.abort();
    expect(sent[0]?.signal?.aborted).toBe(false);
    second.abort();
    expect(sent[0]?.signal?.aborted).toBe(true);
  });
});

describe("mutations", () => {
  test("each is a POST of its own, as JSON, and answers what the server says", async () => {
    const { mutate, posted } = setUp(([path]) => ({ result: { data: path } }));
    expect(await mutate("gpu.hooks.create", { name: "ä&" })).toBe("gpu.hooks.create");
    expect(await mutate("gpu.hooks.clear", undefined)).toBe("gpu.hooks.clear");
    const headers = { "content-type": "application/json" };
    expect(posted).toEqual([
      {
        address: "/api/trpc/gpu.hooks.create",
        init: { method: "POST", headers, body: '{"name":"ä&"}' },
      },
      { address: "/api/trpc/gpu.hooks.clear", init: { method: "POST", headers } },
    ]);
  });

  test("a refusal comes with the server's sentence, and is sent once", async () => {
    const data = { code: "BAD_REQUEST", httpStatus: 400, requestId: "r" };
    const { mutate, posted } = setUp(() => ({ error: { message: "url: give an address", data } }));
    await expect(mutate("a.b", 1)).rejects.toMatchObject({ message: "url: give an address", data });
    expect(posted).toHaveLength(1);
  });

  test.each([
    ["no connection", new TypeError("Failed to fetch")],
    ["a page of a proxy", "<html>502</html>"],
    ["JSON of somebody else", { hello: 1 }],
  ])("%s is an error without data", async (_, body) => {
    const { mutate } = setUp(() => body);
    await expect(mutate("a.b", 1)).rejects.toMatchObject({ name: "CallError", data: null });
  });
});
