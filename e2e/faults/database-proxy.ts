import { createServer, connect, type Socket } from "node:net";
import { onCleanUp } from "../process/portal-process";

/** A way to a database that can be cut, made slow, or go silent. */
export interface DatabaseProxy {
  /** The address of the database by this way. */
  url: string;
  /** Cuts all connections and refuses new ones, as a database that is away. */
  cut: () => Promise<void>;
  /** Each question to the database waits this long first; 0: none does. */
  delay: (ms: number) => void;
  restore: () => Promise<void>;
}

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let delayMs = 0;

  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    // In order: a question that waits holds up those behind it on the same connection.
    let turn = Promise.resolve();
    client.on("data", (bytes) => {
      const waitMs = delayMs;
      turn = turn.then(async () => {
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        database.write(bytes);
      });
    });
    database.pipe(client);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      server.listen(port, "127.0.0.1", resolve);
    });
  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const cut = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onCleanUp(cut);
  return {
    url: url.href,
    cut,
    delay: (ms) => (delayMs = ms),
    restore: async () => {
      delayMs = 0;
      if (!server.listening) await listen(port);
    },
  };
}
