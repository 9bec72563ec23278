import type { Server } from "node:http";
import type { Socket } from "node:net";
import { AppError } from "@/server/errors";
import type { Logger } from "@/server/logger";

export interface Listening {
  /** As a browser opens it. */
  url: string;
  /** Takes no more connections, waits for running requests up to the grace, then cuts what is left. */
  stop: (graceMs: number) => Promise<void>;
}

const QUIET_MS = 1_000;

/** Rejects with an AppError that says what to do when the address cannot be had. Later errors are logged. */
export async function listen(
  server: Server,
  { host, port, logger }: { host: string; port: number; logger: Logger },
): Promise<Listening> {
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      reject(problemOf(error, { host, port }));
    };
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  logErrors(server, logger);
  return {
    url: urlOf(host, port),
    stop: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // WebSockets are among the open ones: their owners have told them to come back.
      const cut = setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** A connection that could not be accepted (no descriptors or no memory left) ends neither the server nor the process. */
function logErrors(server: Server, logger: Logger): void {
  let loggedAtMs = -Infinity;
  server.on("error", (error) => {
    const atMs = performance.now();
    if (atMs - loggedAtMs < QUIET_MS) return; // they come as fast as the system can refuse
    loggedAtMs = atMs;
    logger.error({ err: error }, "A connection could not be accepted");
  });
}

function urlOf(host: string, port: number): string {
  const name = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? host;
  return `http://${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`;
}

function problemOf(
  error: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): AppError {
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use on ${host}: stop the program that uses it, or set PORT to another.`,
    EACCES: `This user may not open port ${port}: set PORT to one above 1023.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}: correct HOST.`,
    ENOTFOUND: `The name ${host} is not known: correct HOST.`,
  };
  const sentence =
    sentences[error.code ?? ""] ?? `Port ${port} on ${host} cannot be opened: change HOST or PORT.`;
  return new AppError("UNAVAILABLE", sentence, { cause: error });
}
