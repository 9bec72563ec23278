import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { AppError } from "@/server/errors";
import type { Route, RouteRequest } from "./route";

type Parts = (request: RouteRequest) => AsyncIterable<string | Uint8Array>;

let http: TestHttp;
let parts: Parts;
const route: Route = {
  method: "GET",
  path: "/api/parts",
  policy: "viewer",
  handle: (request) => ({
    status: 200,
    contentType: "text/csv; charset=utf-8",
    headers: { "X-Total-Rows": "3", "Content-Disposition": "attachment" },
    body: parts(request),
  }),
};
beforeEach(async () => {
  http = await startTestHttp({ routes: [route] });
});
afterEach(() => http.stop());

const ask = (init: RequestInit = {}) => fetch(`${http.origin}/api/parts`, init);

/** Asks and reads nothing: what is sent piles up in the sockets until they are full. */
async function askAndDoNotRead(headers = "") {
  const socket = connect(http.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(`GET /api/parts HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
  await once(socket, "connect");
  return socket;
}

/** Resolves when a count has stood still for a while. */
async function settled(count: () => number): Promise<number> {
  let last = -1;
  let still = 0;
  while (still < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    still = count() === last ? still + 1 : 0;
    last = count();
  }
  return last;
}

describe("an answer in parts", () => {
  test("arrives whole, with its status and headers", async () => {
    parts = async function* () {
      yield "a,";
      yield "";
      yield Buffer.from("b,");
      await Promise.resolve();
      yield "c";
    };
    const answer = await ask({ headers: { "accept-encoding": "identity" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-total-rows")).toBe("3");
    expect(answer.headers.get("content-length")).toBeNull();
    expect(await answer.text()).toBe("a,b,c");
  });

  test("without any part it is an empty answer", async () => {
    parts = () => Readable.from([]);
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect(await answer.text()).toBe("");
  });

  test("HEAD has its headers, no body, and nothing is made", async () => {
    const made = vi.fn();
    parts = async function* () {
      made();
      yield "a";
    };
    const answer = await http.raw(
      "HEAD /api/parts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/x-total-rows: 3/i);
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
    expect(made).not.toHaveBeenCalled();
  });

  test("is compressed for who takes it, and a part arrives when it was sent", async () => {
    let goOn: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    const first = "row\r\n".repeat(1_000);
    parts = async function* () {
      yield first;
      await waits;
      yield "last";
    };
    const req = get({
      port: http.port,
      path: "/api/parts",
      headers: { "accept-encoding": "gzip" },
      agent: false,
    });
    const [res] = (await once(req, "response")) as [IncomingMessage];
    expect(res.headers["content-encoding"]).toBe("gzip");
    const chunks: Buffer[] = [];
    res.on("data", (chunk: Buffer) => chunks.push(chunk));
    await vi.waitFor(() => {
      expect(chunks.length).toBeGreaterThan(0);
    });
    goOn();
    await once(res, "end");
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(`${first}last`);
  });
});

describe.each([
  ["plain", "", 64 * 1024],
  ["compressed", "Accept-Encoding: gzip\r\n", 64 * 1024],
])("back-pressure, %s", (_name, headers, size) => {
  // Random, or gzip would make nothing of it.
  const part = Buffer.from(Array.from({ length: size }, () => Math.random() * 256));

  test("no more is made than a client that does not read leaves room for, and all when it reads", async () => {
    const total = 400;
    let made = 0;
    parts = async function* () {
      for (; made < total; made++) {
        yield part;
        await Promise.resolve();
      }
    };
    const socket = await askAndDoNotRead(headers);
    const waiting = await settled(() => made);
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(total);
    socket.resume();
    await vi.waitFor(() => {
      expect(made).toBe(total);
    }, 20_000);
    socket.destroy();
  });

  test("a client that leaves ends what makes the parts, which hear of it", async () => {
    let ended = false;
    let heard = false;
    parts = async function* ({ signal }) {
      signal.addEventListener("abort", () => (heard = true));
      try {
        for (;;) {
          yield part;
          await Promise.resolve();
        }
      } finally {
        ended = true;
      }
    };
    const socket = await askAndDoNotRead(headers);
    socket.destroy();
    await vi.waitFor(() => {
      expect(ended && heard).toBe(true);
    }, 10_000);
    expect(http.lines.filter(({ msg }) => msg === "A request failed")).toEqual([]);
  });
});

describe("parts that fail", () => {
  test("before the first one: the error has an answer of its own, without the headers of the other", async () => {
    // eslint-disable-next-line require-yield -- it fails before
    parts = async function* () {
      await Promise.resolve();
      throw new AppError("UNAVAILABLE", "The database does not answer.");
    };
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(answer.headers.get("content-disposition")).toBeNull();
    expect(answer.headers.get("x-total-rows")).toBeNull();
    expect(await answer.json()).toMatchObject({ error: { code: "UNAVAILABLE" } });
  });

  test.each(["identity", "gzip"])(
    "in the middle (%s): the answer is cut, never ended",
    async (encoding) => {
      parts = async function* () {
        yield "a".repeat(5_000);
        await new Promise((resolve) => setTimeout(resolve, 50)); // until it is out
        throw new Error("secret of 10.1.2.3");
      };
      const answer = await http.raw(
        `GET /api/parts HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ${encoding}\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer.endsWith("0\r\n\r\n")).toBe(false);
      expect(answer).not.toContain("secret");
      const failures = http.lines.filter(({ msg }) => msg === "A request failed");
      expect(failures).toHaveLength(1);
      expect((await fetch(`${http.origin}/none`)).status).toBe(200); // others go on
    },
  );
});
