import type { AnyTRPCRouter, TRPCError } from "@trpc/server";
import { nodeHTTPRequestHandler } from "@trpc/server/adapters/node-http";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { isAppError } from "@/server/errors";
import type { Exchange } from "@/server/http/exchange";
import type { Logger } from "@/server/logger";
import { createReadyAnswerer } from "./answer-ready";
import { bodyOfProcedures } from "./body-of-procedures";
import type { Context, RequestContext } from "./context";
import type { ReadyQueries } from "./ready-query";

export const TRPC_PREFIX = "/api/trpc/";
const MAX_BATCH = 10;

/** Where the calls come in, and what the body of each may be. */
export const trpcAddresses = {
  prefix: TRPC_PREFIX,
  bodyOf: (path: string) => bodyOfProcedures(path.slice(TRPC_PREFIX.length)),
};

export type TrpcHandler = (exchange: Exchange) => Promise<void>;

/** Answers `/api/trpc/<procedure>[,<procedure>…]`. The stores of the features come from `features`. */
export function createTrpcHandler(options: {
  router: AnyTRPCRouter;
  /** Queries that are answered from bytes; without them tRPC answers all. */
  readyQueries?: ReadyQueries;
  features: Omit<Context, keyof RequestContext>;
  nowMs: () => number;
  logger: Logger;
}): TrpcHandler {
  const { router, features, nowMs, logger } = options;
  const known = new Set(Object.keys(router._def.procedures as object));
  function report(error: TRPCError, procedure: string | undefined, requestId: string): void {
    if (getHTTPStatusCodeFromError(error) < 500) return;
    const level = isAppError(error.cause) ? "warn" : "error"; // of ours the cause alone is in the log
    logger[level]({ err: error.cause ?? error, procedure, requestId }, "A procedure failed");
  }
  const answerReady = createReadyAnswerer({
    router,
    queries: options.readyQueries ?? {},
    maxBatch: MAX_BATCH,
    onError: report,
  });
  return async (exchange) => {
    const { req, res, requestId, actor, client, target, signal } = exchange;
    const path = decodeURIComponent(target.path.slice(TRPC_PREFIX.length));
    exchange.setRoute(labelOf(path, known));
    const context: Context = {
      ...features,
      requestId,
      actor,
      client,
      signal,
      nowMs,
      setCookie: (header) => res.appendHeader("Set-Cookie", header),
    };
    if (await answerReady(exchange, path, context)) return;
    await nodeHTTPRequestHandler({
      router,
      req,
      res,
      path,
      maxBodySize: bodyOfProcedures(path).maxBytes,
      maxBatchSize: MAX_BATCH,
      createContext: () => context,
      onError: ({ error, path: procedure }) => {
        const { cause } = error;
        if (isAppError(cause) && cause.retryAfterSeconds !== null)
          res.setHeader("Retry-After", cause.retryAfterSeconds);
        report(error, procedure, requestId);
      },
    });
  };
}

function labelOf(path: string, known: ReadonlySet<string>): string {
  if (known.has(path)) return `${TRPC_PREFIX}${path}`;
  return path.includes(",") ? `${TRPC_PREFIX}{batch}` : "unmatched";
}
