import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root, with `.next`, `prisma` and `dist`: one above `server/` and one above `dist/`. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** `dist/server.mjs` runs the built collector; the sources (development, tests) run its source. */
const isBundled = import.meta.url.endsWith(".mjs");

export const collectorCommand = {
  command: process.execPath,
  args: isBundled
    ? [join(projectFolder, "dist", "collector.mjs")]
    : ["--import", "tsx", join(projectFolder, "collector", "main.ts")],
};
