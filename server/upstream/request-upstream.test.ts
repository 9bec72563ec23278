import { createServer, type RequestListener } from "node:http";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { guardedLookup, isAllowedAddress, isAllowedHost } from "./address-guard";
import { requestUpstream, streamUpstream, type UpstreamRequest } from "./request-upstream";
import { requestUpstreamJson } from "./request-upstream-json";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
  });
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

function ask(url: string, options: Partial<UpstreamRequest> = {}) {
  return requestUpstream({
    label: "AI service 1",
    url,
    deadlineMs: 2_000,
    maxBytes: 1_000,
    ...options,
  });
}

/** The message of the error; checks what holds for every error. */
async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "AppError", code: "UPSTREAM" });
  const { message } = error as Error;
  expect(message).toContain("AI service 1");
  expect(message).not.toMatch(
    /127\.0\.0\.1|169\.254|localhost|:\d{4,5}|https?:\/\/\w|node_modules/,
  );
  return message;
}

describe("an answer in chunks", () => {
  const endless = () =>
    serve((_, res) => {
      const timer = setInterval(() => res.write("x".repeat(1_000)), 1);
      res.on("close", () => clearInterval(timer));
    });
  const request = { label: "AI service 1", deadlineMs: 10_000 };

  test("what the reader of the chunks throws ends the request and comes out as it is", async () => {
    const refusal = new Error("enough");
    let chunks = 0;
    const streamed = streamUpstream({ ...request, url: await endless(), maxBytes: 1e9 }, () => {
      chunks += 1;
      if (chunks === 3) throw refusal;
    });
    await expect(streamed).rejects.toBe(refusal);
    expect(chunks).toBe(3);
  });

  test("no chunk beyond the limit is handed on", async () => {
    let bytes = 0;
    const streamed = streamUpstream(
      { ...request, url: await endless(), maxBytes: 5_000 },
      (chunk) => {
        bytes += chunk.length;
      },
    );
    await expect(streamed).rejects.toThrow("more than 5000 bytes");
    expect(bytes).toBeLessThanOrEqual(5_000);
  });
});

describe("an answer", () => {
  test("comes with its body; only accept headers were sent, and a query is kept", async () => {
    let seen: [string | undefined, string[]] = ["", []];
    const url = await serve((req, res) => {
      seen = [req.url, Object.keys(req.headers).sort()];
      res.setHeader("content-type", "application/json").end('{"ok":true}');
    });
    const answer = await ask(`${url}/health?deep=1`);
    expect(answer).toMatchObject({ status: 200, contentType: "application/json" });
    expect(answer.body.toString()).toBe('{"ok":true}');
    expect(seen).toEqual(["/health?deep=1", ["accept", "accept-encoding", "connection", "host"]]);
  });

  test("to a POST: the body and its headers were sent, and nothing else; a refusal is one too", async () => {
    let seen: [string | undefined, Record<string, unknown>, string] = ["", {}, ""];
    const url = await serve((req, res) => {
      let body = "";
      req.on("data", (chunk: Buffer) => (body += chunk.toString()));
      req.on("end", () => {
        seen = [req.method, req.headers, body];
        res.writeHead(body === '{"a":"ä"}' ? 204 : 500).end();
      });
    });
    const headers = { "content-type": "application/json", "webhook-id": "m1" };
    const answer = await ask(url, { post: { body: '{"a":"ä"}', headers } });
    expect(answer.status).toBe(204);
    const [method, { host, ...sent }, body] = seen;
    expect([method, body, typeof host]).toEqual(["POST", '{"a":"ä"}', "string"]);
    expect(Object.keys(sent).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "content-length",
      "content-type",
      "webhook-id",
    ]);
    expect(await failure(ask(url, { post: { body: "{}", headers } }))).toContain("answered 500");
  });

  test("as JSON is parsed; cut JSON is an error", async () => {
    const url = await serve((req, res) =>
      res.end(req.url === "/cut" ? '{"vram_used_gb": 1' : '{"a":1}'),
    );
    const request = { label: "AI service 1", deadlineMs: 2_000, maxBytes: 1_000 };
    await expect(requestUpstreamJson({ ...request, url })).resolves.toEqual({ a: 1 });
    expect(await failure(requestUpstreamJson({ ...request, url: `${url}/cut` }))).toContain(
      "not JSON",
    );
  });
});

describe("upstream faults", () => {
  test("refused", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await closing.pop()?.();
    expect(await failure(ask(`http://127.0.0.1:${port}`))).toContain("refused the connection");
  });

  test("a name that does not resolve", async () => {
    const lookup = guardedLookup((_name, _options, callback) => {
      callback(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }), []);
    });
    expect(await failure(ask("http://ai.example", { lookup }))).toContain("does not resolve");
  });

  test("500", async () => {
    const url = await serve((_req, res) => res.writeHead(500).end("at stack.js:1 10.0.0.7"));
    expect(await failure(ask(url))).toBe("AI service 1 answered 500.");
  });

  test.each(["http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/", "/elsewhere"])(
    "a redirect to %s is an error, not followed",
    async (location) => {
      let requests = 0;
      const url = await serve((_req, res) => {
        requests += 1;
        res.writeHead(302, { location }).end();
      });
      expect(await failure(ask(url))).toContain("redirect (302), which is not followed");
      expect(requests).toBe(1);
    },
  );

  test("silent, headers then silent, one byte a second: the deadline ends each", async () => {
    const silent = `http://127.0.0.1:${await listen(createTcpServer(() => undefined))}`;
    const headersOnly = await serve((_req, res) => res.writeHead(200).flushHeaders());
    const slow = await serve((_req, res) => {
      const timer = setInterval(() => res.write("x"), 100);
      res.on("close", () => clearInterval(timer));
    });
    for (const url of [silent, headersOnly, slow]) {
      expect(await failure(ask(url, { deadlineMs: 400 }))).toBe(
        "AI service 1 did not answer within 0.4 s.",
      );
    }
  });

  test("a huge body is cut off at the limit", async () => {
    let sent = 0;
    const url = await serve((_req, res) => {
      const block = Buffer.alloc(64 * 1024, "x");
      const more = () => {
        while (!res.destroyed && sent < 1e9 && res.write(block)) sent += block.length;
      };
      res.on("drain", more).on("error", () => undefined);
      more();
    });
    expect(await failure(ask(url, { maxBytes: 100_000 }))).toContain("more than 100000 bytes");
    expect(sent).toBeLessThan(64e6);
  });

  test("a reset in mid-body", async () => {
    const url = await serve((_req, res) => {
      res.writeHead(200, { "content-length": "1000" }).write("half");
      setTimeout(() => res.socket?.resetAndDestroy(), 20);
    });
    expect(await failure(ask(url))).toContain(
      "closed the connection before its answer was complete",
    );
  });

  test("something that is not HTTP", async () => {
    const port = await listen(createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n")));
    expect(await failure(ask(`http://127.0.0.1:${port}`))).toContain("not HTTP");
  });

  test("cancelled: the caller's signal closes the connection", async () => {
    let closed = false;
    const url = await serve((req) => void req.on("close", () => (closed = true)));
    const controller = new AbortController();
    const asked = failure(ask(url, { signal: controller.signal }));
    await sleep(50);
    controller.abort();
    expect(await asked).toBe("The request to AI service 1 was cancelled.");
    await expect.poll(() => closed).toBe(true);
    expect(await failure(ask(url, { signal: controller.signal }))).toContain("cancelled");
  });
});

describe("addresses (Z7)", () => {
  test.each([
    "http://169.254.169.254/",
    "http://169.254.0.1:8080/x",
    "http://2852039166/", // decimal
    "http://0xa9fea9fe/", // hexadecimal
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://0251.0376.0251.0376/", // octal
    "http://0251.254.43518/",
    "http://169.254.43518/",
    "http://[fe80::1]/",
    "http://[febf::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[fd00:ec2::254]/",
    "http://[::]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://100.100.100.200/",
    "http://255.255.255.255/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
    "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
    "http://user:secret@169.254.169.254/",
  ])("%s is refused before anything is sent", async (url) => {
    expect(
      await failure(ask(url, { lookup: guardedLookup(() => expect.fail("resolved")) })),
    ).toContain("not allowed");
  });

  test.each([
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "unix:/run/x",
    "no url",
    "",
  ])("%j is not http(s)", async (url) => {
    expect(await failure(ask(url))).toContain("http:// or https://");
  });

  test.each(["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.20", "8.8.8.8", "::1"])(
    "%s is allowed: loopback and private addresses are the usual case",
    (address) => {
      expect(isAllowedAddress(address)).toBe(true);
      expect(isAllowedHost(address)).toBe(true);
    },
  );

  test("::ffff:127.0.0.1 and fd12::1 are allowed, fe80::1%eth0 is not", () => {
    expect(isAllowedAddress("::ffff:127.0.0.1")).toBe(true);
    expect(isAllowedAddress("fd12:3456::1")).toBe(true);
    expect(isAllowedAddress("fe80::1%eth0")).toBe(false);
    expect(isAllowedAddress("localhost")).toBe(false);
  });

  test("a name that resolves to a refused address is refused at connect, also as one of several", async () => {
    for (const addresses of [["169.254.169.254"], ["127.0.0.1", "169.254.169.254"], []]) {
      const lookup = guardedLookup((_name, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        ),
      );
      expect(await failure(ask("http://ai.example", { lookup }))).toContain("not allowed");
    }
  });

  test("rebinding: the name is resolved once a request, and the socket goes to what was checked", async () => {
    const url = await serve((_req, res) => res.end("fine"));
    let lookups = 0;
    const lookup = guardedLookup((_name, _options, callback) => {
      lookups += 1;
      callback(null, [{ address: lookups === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]);
    });
    const named = url.replace("127.0.0.1", "ai.example");
    expect((await ask(named, { lookup })).body.toString()).toBe("fine");
    expect(lookups).toBe(1);
    expect(await failure(ask(named, { lookup }))).toContain("not allowed");
  });
});
