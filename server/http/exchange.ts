import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actor } from "@/server/policy/policy";
import { errorAnswer, type HttpError } from "./error-answer";
import type { RequestTarget } from "./request-target";
import type { RouteAnswer } from "./route";

/** One request on its way through the server. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
  actor: Actor;
  target: RequestTarget;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  /** Names the route for metrics and log lines; never a raw path. */
  setRoute(route: string): void;
}

/** Sends a whole answer. HEAD gets the headers of GET. */
export function sendAnswer({ req, res }: Pick<Exchange, "req" | "res">, answer: RouteAnswer): void {
  if (res.headersSent) {
    res.destroy(); // half an answer is out: the client must not take it for a whole one
    return;
  }
  res.statusCode = answer.status;
  res.setHeader("Content-Type", answer.contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  res.setHeader("Content-Length", Buffer.byteLength(answer.body));
  res.end(req.method === "HEAD" ? undefined : answer.body);
}

export function sendError(
  exchange: Pick<Exchange, "req" | "res" | "requestId">,
  error: HttpError & { headers?: Readonly<Record<string, string>> },
): void {
  const answer = errorAnswer(error, exchange.requestId);
  sendAnswer(exchange, error.headers ? { ...answer, headers: error.headers } : answer);
}
