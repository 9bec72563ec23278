// The peer of bench/fan-out.ts: the simplest server that sends the same messages at the same pace.
import { WebSocket, WebSocketServer } from "ws";

const [port = "0", pollMs = "1000", example = ""] = process.argv.slice(2);

/** Two messages as the portal sends them each tick, so that both sides send the same bytes. */
async function readExamples(): Promise<unknown[]> {
  const socket = new WebSocket(example, { origin: new URL(example.replace(/^ws/, "http")).origin });
  const byType = new Map<string, unknown>();
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string };
      byType.set(message.type, message);
      if (byType.size >= 2) resolve();
    });
  });
  socket.terminate();
  return [...byType.values()];
}

const messages = await readExamples();
const sockets = new WebSocketServer({ port: Number(port), host: "127.0.0.1" });
setInterval(() => {
  for (const message of messages) {
    const text = JSON.stringify(message);
    for (const socket of sockets.clients) socket.send(text);
  }
}, Number(pollMs));
process.send?.("ready");
