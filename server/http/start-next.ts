import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import next from "next";
import { PHASE_PRODUCTION_SERVER } from "next/constants.js";
import type * as nextConfig from "next/dist/server/config";
import { switchOffNextTelemetry } from "@/server/env";
import { AppError } from "@/server/errors";
import { type BuiltSite, readBuiltSite } from "./built-site";
import { createDevelopmentPages, createPages, type Pages } from "./pages";
import type { Upgrade } from "./upgrade-listener";

export interface RunningNext {
  pages: Pages;
  /** Null in development, where pages are compiled when they are asked for. */
  site: BuiltSite | null;
  /** Hot reload in development; null in production, where Next sees no upgrade. */
  forwardUpgrade: ((upgrade: Upgrade) => void) | null;
  stop(): Promise<void>;
}

/**
 * Next as a page and asset handler. It puts an upgrade listener of its own on the server it is given, which ends every socket
 * whose path matches a page: this one never listens, so ours stays the only one.
 */
export async function startNext(options: {
  /** The project's folder, with `app` and, in production, `.next`. */
  folder: string;
  isDevelopment: boolean;
  hostname: string;
  port: number;
}): Promise<RunningNext> {
  const { folder, isDevelopment, hostname, port } = options;
  const site = isDevelopment ? null : await siteOf(folder);
  switchOffNextTelemetry();
  const decoy = createServer();
  // Without `hostname` hot reload is blocked on 127.0.0.1.
  const app = next({ dev: isDevelopment, dir: folder, hostname, port, httpServer: decoy });
  if (!isDevelopment) await loadConfigQuietly(folder);
  await app.prepare();
  const handler = app.getRequestHandler();
  return {
    site,
    pages: site ? createPages({ site, next: handler }) : createDevelopmentPages({ next: handler }),
    // Its own getUpgradeHandler() does nothing on a custom server. Before its first page Next does not listen yet: the
    // browser tries again.
    forwardUpgrade: isDevelopment
      ? ({ req, socket, head }) => {
          if (!decoy.emit("upgrade", req, socket, head)) socket.destroy();
        }
      : null,
    stop: () => app.close(),
  };
}

/**
 * A custom server's Next loads its configuration with a line on stdout and takes no `conf`. Loaded before, it finds it in its
 * cache and says nothing. Its module is not written for `import`: there `default` would be the whole of it.
 */
async function loadConfigQuietly(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  const config = require("next/dist/server/config") as typeof nextConfig;
  await config.default(PHASE_PRODUCTION_SERVER, resolve(folder), { silent: true });
}

async function siteOf(folder: string): Promise<BuiltSite> {
  try {
    return await readBuiltSite(join(folder, ".next"));
  } catch (cause) {
    throw new AppError("UNAVAILABLE", "There is no complete build: run npm run build.", { cause });
  }
}
