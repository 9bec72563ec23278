import { createServer } from "node:http";
import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLogger } from "@/server/logger";
import { listen } from "./listen";

const lines: string[] = [];
const logger = createLogger(
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
);

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test("it listens and says where", async () => {
  const port = await freePort();
  const server = createServer((_req, res) => res.end("x"));
  const { url, stop } = await listen(server, { host: "127.0.0.1", port, logger });
  expect(url).toBe(`http://127.0.0.1:${port}`);
  expect(await (await fetch(url)).text()).toBe("x");
  await stop(1_000);
});

test.each([
  ["0.0.0.0", /^http:\/\/127\.0\.0\.1:/],
  ["::1", /^http:\/\/\[::1\]:/],
  ["localhost", /^http:\/\/localhost:/],
])("the address of HOST %s can be opened in a browser", async (host, expected) => {
  const { url, stop } = await listen(createServer(), { host, port: await freePort(), logger });
  expect(url).toMatch(expected);
  await stop(100);
});

test("a port in use and an address of another machine are each one sentence that says what to do", async () => {
  const taken = createServer();
  taken.listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  await expect(listen(createServer(), { host: "127.0.0.1", port, logger })).rejects.toThrow(
    `Port ${port} is in use on 127.0.0.1: stop the program that uses it, or set PORT to another.`,
  );
  await expect(listen(createServer(), { host: "203.0.113.9", port, logger })).rejects.toThrow(
    "This machine does not have the address 203.0.113.9: correct HOST.",
  );
  taken.close();
});

test("stopping lets a running request finish and cuts what does not", async () => {
  const port = await freePort();
  const asked = new Set<string | undefined>();
  const server = createServer((req, res) => {
    asked.add(req.url);
    if (req.url === "/soon") setTimeout(() => res.end("done"), 100);
  });
  const { url, stop } = await listen(server, { host: "127.0.0.1", port, logger });
  const soon = fetch(`${url}/soon`);
  const never = connect(port, "127.0.0.1");
  never.on("error", () => undefined);
  never.write("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  await expect.poll(() => asked.size).toBe(2); // both are under way, however busy the machine is
  const closed = once(never, "close");
  await stop(400);
  expect(await (await soon).text()).toBe("done");
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});

test("a connection that could not be accepted is logged, not more than once a second, and the server goes on", async () => {
  const port = await freePort();
  const server = createServer((_req, res) => res.end("x"));
  const { url, stop } = await listen(server, { host: "127.0.0.1", port, logger });
  const noneLeft = Object.assign(new Error("accept ENFILE"), { code: "ENFILE" });
  for (let n = 0; n < 1_000; n++) server.emit("error", noneLeft);
  const written = lines.filter((line) => line.includes("ENFILE"));
  expect(written.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: "error", message: "A connection could not be accepted", err: { code: "ENFILE" } },
  ]);
  expect(await (await fetch(url)).text()).toBe("x");
  await stop(100);
});
