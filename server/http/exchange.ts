import type { IncomingMessage, ServerResponse } from "node:http";
import type { Actor } from "@/server/policy/policy";
import type { ClientFacts } from "./client-facts";
import { errorAnswer, type HttpError } from "./error-answer";
import type { RequestTarget } from "./request-target";
import type { RouteAnswer, WholeAnswer } from "./route";
import { streamAnswer } from "./stream-answer";

/** One request on its way through the server. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
  actor: Actor;
  client: ClientFacts;
  target: RequestTarget;
  /** Aborted when the client leaves, or what it came with no longer holds. */
  signal: AbortSignal;
  /** Names the route for metrics and log lines; never a raw path. */
  setRoute(route: string): void;
}

/** Sends a whole answer. HEAD gets the headers of GET. */
export function sendAnswer({ req, res }: Pick<Exchange, "req" | "res">, answer: WholeAnswer): void {
  if (res.headersSent) {
    if (!res.writableEnded) res.destroy(); // half an answer is out: the client must not take it for a whole one
    return;
  }
  const { body } = answer;
  setHead(res, answer);
  res.setHeader("Content-Length", Buffer.byteLength(body));
  res.end(req.method === "HEAD" ? undefined : body);
}

/** Sends an answer whose body comes in parts. Rejects with what the parts threw. */
async function sendParts(
  { req, res, signal }: Exchange,
  { parts, ...head }: Omit<RouteAnswer, "body"> & { parts: AsyncIterable<string | Uint8Array> },
): Promise<void> {
  if (req.method === "HEAD") {
    setHead(res, head);
    res.end();
    return;
  }
  await streamAnswer(res, {
    parts,
    signal,
    onBegin: () => {
      setHead(res, head);
    },
  });
}

/** Sends the answer of a route, whole or in parts. */
export async function sendRouteAnswer(exchange: Exchange, answer: RouteAnswer): Promise<void> {
  const { body, ...head } = answer;
  if (typeof body === "string" || Buffer.isBuffer(body)) sendAnswer(exchange, { ...head, body });
  else await sendParts(exchange, { ...head, parts: body });
}

function setHead(res: ServerResponse, answer: Omit<RouteAnswer, "body">): void {
  res.statusCode = answer.status;
  res.setHeader("Content-Type", answer.contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  for (const cookie of answer.setCookies ?? []) res.appendHeader("Set-Cookie", cookie);
}

export function sendError(
  exchange: Pick<Exchange, "req" | "res" | "requestId">,
  error: HttpError & { headers?: Readonly<Record<string, string>> },
): void {
  const answer = errorAnswer(error, exchange.requestId);
  sendAnswer(exchange, error.headers ? { ...answer, headers: error.headers } : answer);
}
