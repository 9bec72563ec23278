import type { AnyTRPCRouter } from "@trpc/server";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { isAppError } from "@/server/errors";
import type { Exchange } from "@/server/http/exchange";
import type { Logger } from "@/server/logger";
import type { Context, RequestContext } from "./context";

export const TRPC_PREFIX = "/api/trpc/";
const MAX_BATCH = 10;
const MAX_BODY_BYTES = 1_000_000;

export type TrpcHandler = (exchange: Exchange) => Promise<void>;

/** Answers `/api/trpc/<procedure>[,<procedure>…]`. The stores of the features come from `features`. */
export function createTrpcHandler(options: {
  router: AnyTRPCRouter;
  features: Omit<Context, keyof RequestContext>;
  nowMs: () => number;
  logger: Logger;
}): TrpcHandler {
  const { router, features, nowMs, logger } = options;
  const known = new Set(Object.keys(router._def.procedures as object));
  return async (exchange) => {
    const { req, res, requestId, actor, target, signal } = exchange;
    const path = decodeURIComponent(target.path.slice(TRPC_PREFIX.length));
    exchange.setRoute(labelOf(path, known));
    const context: Context = { ...features, requestId, actor, signal, nowMs };
    await nodeHTTPRequestHandler({
      router,
      req,
      res,
      path,
      maxBodySize: MAX_BODY_BYTES,
      maxBatchSize: MAX_BATCH,
      createContext: () => context,
      onError({ error, path: procedure }) {
        if (getHTTPStatusCodeFromError(error) < 500) return;
        const level = isAppError(error.cause) ? "warn" : "error"; // of ours the cause alone is in the log
        logger[level]({ err: error.cause ?? error, procedure, requestId }, "A procedure failed");
      },
    });
  };
}

function labelOf(path: string, known: ReadonlySet<string>): string {
  if (known.has(path)) return `${TRPC_PREFIX}${path}`;
  return path.includes(",") ? `${TRPC_PREFIX}{batch}` : "unmatched";
}
