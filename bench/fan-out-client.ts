// Many WebSocket clients in one process: connects them all, counts between "count" and "report".
import { WebSocket } from "ws";

const [url = "", count = "0"] = process.argv.slice(2);
const received = new Uint32Array(Number(count));
let bytes = 0;

async function connect(index: number): Promise<void> {
  // The server bounds connections by origin, so each client says what a page of its own would.
  const socket = new WebSocket(url, { origin: new URL(url.replace(/^ws/, "http")).origin });
  socket.on("message", (data: Buffer) => {
    received[index] = (received[index] ?? 0) + 1;
    bytes += data.length;
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}

const AT_ONCE = 50;
for (let first = 0; first < received.length; first += AT_ONCE) {
  const batch = Array.from(
    { length: Math.min(AT_ONCE, received.length - first) },
    (_, at) => first + at,
  );
  await Promise.all(batch.map(connect));
}

process.on("message", (command) => {
  if (command === "count") {
    received.fill(0);
    bytes = 0;
    return;
  }
  process.send?.({
    messages: received.reduce((sum, value) => sum + value, 0),
    bytes,
    fewest: Math.min(...received),
    most: Math.max(...received),
  });
});
process.send?.("connected");
