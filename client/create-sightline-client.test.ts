import { describe, expect, test } from "vitest";
import { errorCodes } from "@/server/rest-api/document/error-codes";
import { createSightlineClient, SightlineError } from "./index";

interface Sent {
  url: string;
  init: RequestInit;
}

function setUp(answer: (sent: Sent) => Response | Promise<Response>, timeoutMs?: number) {
  const sent: Sent[] = [];
  const client = createSightlineClient({
    url: "http://portal.example:3000/",
    apiKey: "secret",
    timeoutMs,
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer({ url, init });
    },
  });
  return { client, sent };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const failure = (call: Promise<unknown>) =>
  call.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );

/** Waits for nothing but the end of the call. */
const never = ({ init }: Sent) =>
  new Promise<Response>((_resolve, reject) => {
    init.signal?.addEventListener("abort", () => {
      reject(init.signal?.reason as Error);
    });
  });

describe("what is sent", () => {
  test("a query is a GET with its input in the address, and the key", async () => {
    const { client, sent } = setUp(() => json({ result: { data: { series: [] } } }));
    const input = { gpuUuids: ["ä&"], metrics: ["powerWatts" as const], fromMs: 1, toMs: 2 };
    expect(await client.gpu.history.query({ ...input, maxPoints: 10 })).toEqual({ series: [] });
    const [{ url, init }] = sent as [Sent];
    const address = new URL(url);
    expect(address.origin + address.pathname).toBe(
      "http://portal.example:3000/api/trpc/gpu.history",
    );
    expect(JSON.parse(address.searchParams.get("input") ?? "")).toEqual({
      ...input,
      maxPoints: 10,
    });
    expect(init).toMatchObject({
      method: "GET",
      headers: { authorization: "Bearer secret" },
      redirect: "error",
    });
    expect(init.body).toBeUndefined();
  });

  test("a mutation is a POST of JSON; what has no input sends none", async () => {
    const { client, sent } = setUp(() => json({ result: { data: { deleted: true } } }));
    const id = "6f1c1e0e-5d0b-4a7e-9d3a-0c7f1b2a3d4e";
    await client.gpu.pressureWebhooks.delete.mutate({ id });
    expect(sent[0]?.url).toBe("http://portal.example:3000/api/trpc/gpu.pressureWebhooks.delete");
    expect(sent[0]?.init).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id }),
    });
    await client.gpu.latest.query();
    expect(sent[1]?.url).toBe("http://portal.example:3000/api/trpc/gpu.latest");
  });

  test("a part of the path is no promise, and no call", async () => {
    const { client, sent } = setUp(() => json({}));
    await expect(Promise.resolve(client.gpu)).resolves.toBeTypeOf("function");
    expect(() => (client.gpu as unknown as () => void)()).toThrow("Call gpu.query()");
    expect(sent).toEqual([]);
  });
});

describe("what goes wrong", () => {
  test.each([
    ["BAD_REQUEST", 400, "INVALID"],
    ["UNAUTHORIZED", 401, "UNAUTHENTICATED"],
    ["FORBIDDEN", 403, "FORBIDDEN"],
    ["NOT_FOUND", 404, "NOT_FOUND"],
    ["TOO_MANY_REQUESTS", 429, "TOO_MANY"],
    ["SERVICE_UNAVAILABLE", 503, "UNAVAILABLE"],
    ["SOMETHING_NEW", 500, "INTERNAL"],
    ["constructor", 500, "INTERNAL"],
  ])("%s of tRPC is %d %s, with sentence and request id", async (code, status, expected) => {
    const data = { code, requestId: "r1" };
    const { client } = setUp(() => json({ error: { message: "Do this.", data } }, status));
    const error = await failure(client.gpu.latest.query());
    expect(error).toBeInstanceOf(SightlineError);
    expect(error).toMatchObject({ message: "Do this.", code: expected, status, requestId: "r1" });
  });

  test("what is refused before a procedure is reached has the same form", async () => {
    const refusal = { code: "TOO_LARGE", message: "The body is too large.", request_id: "r2" };
    const { client } = setUp(() => json({ error: refusal }, 413));
    expect(await failure(client.gpu.latest.query())).toMatchObject({
      code: "TOO_LARGE",
      requestId: "r2",
      status: 413,
    });
  });

  test.each([
    ["a page of a proxy", () => new Response("<html>502</html>", { status: 502 })],
    ["JSON of somebody else", () => json({ hello: 1 })],
    ["null", () => json(null)],
    ["no connection", () => Promise.reject(new TypeError("fetch failed"))],
  ])("%s: no answer", async (_name, answer) => {
    const { client } = setUp(answer);
    expect(await failure(client.gpu.latest.query())).toMatchObject({
      code: "NO_ANSWER",
      requestId: null,
    });
  });

  test("a call that takes too long is given up, and says so", async () => {
    const { client } = setUp(never, 5);
    expect(await failure(client.gpu.latest.query())).toMatchObject({ code: "TIMEOUT" });
  });

  test("who gives a call up gets their own reason", async () => {
    const { client } = setUp(never);
    const giveUp = new AbortController();
    const call = client.gpu.latest.query(undefined, { signal: giveUp.signal });
    const reason = new Error("left");
    giveUp.abort(reason);
    expect(await failure(call)).toBe(reason);
  });

  test("every code of the server is one of the client", () => {
    const made = Object.keys(errorCodes).map((code) =>
      setUp(() => json({ error: { code, message: "x" } }, 400)).client.gpu.latest.query(),
    );
    return Promise.all(made.map(failure)).then((errors) => {
      expect(errors.map((error) => (error as SightlineError).code)).toEqual(
        Object.keys(errorCodes),
      );
    });
  });
});
