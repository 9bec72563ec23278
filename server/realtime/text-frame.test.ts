import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { expect, test } from "vitest";
import { textFrame } from "./text-frame";

/** What a client's parser makes of the bytes: it gets them on the bare socket, behind a real handshake. */
async function read(bytes: Buffer): Promise<string> {
  const http = createServer();
  const server = new WebSocketServer({ noServer: true });
  http.on("upgrade", (req, socket, head) => {
    server.handleUpgrade(req, socket, head, () => socket.write(bytes));
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}/`);
  try {
    const [data] = (await once(client, "message")) as [Buffer];
    return data.toString("utf8");
  } finally {
    client.terminate();
    http.close();
    http.closeAllConnections();
  }
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  "a text of %d bytes is read back as it was",
  async (length) => {
    const text = "x".repeat(length);
    expect(await read(textFrame(text))).toBe(text);
  },
);

test("the length counts bytes, not characters", async () => {
  expect(await read(textFrame("°C · é 🙂".repeat(20)))).toBe("°C · é 🙂".repeat(20));
});
