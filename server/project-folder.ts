import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root, with `.next`, `prisma` and `dist`: one above `server/` and one above `dist/`. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** `dist/server.mjs` runs the built collector; the sources (development, tests) run its source. */
const isBundled = import.meta.url.endsWith(".mjs");

/** What a worker that counts tokens runs, likewise. */
export const tokenWorkerProgram = {
  file: isBundled
    ? join(projectFolder, "dist", "token-worker.mjs")
    : join(projectFolder, "server", "token-workers", "token-worker.ts"),
  execArgv: isBundled ? [] : ["--import", "tsx"],
};

export const collectorCommand = {
  command: process.execPath,
  args: isBundled
    ? [join(projectFolder, "dist", "collector.mjs")]
    : ["--import", "tsx", join(projectFolder, "collector", "main.ts")],
};
