import type { Actor, Policy } from "@/server/policy/policy";

/** What a REST handler sees of a request. The path is exact and the query is parsed by the handler's own schema. */
export interface RouteRequest {
  requestId: string;
  actor: Actor;
  query: URLSearchParams;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  /** The header `Authorization`, for routes with keys of their own. */
  authorization: string | null;
  /** The header `Last-Event-ID` of a stream of server-sent events that is opened again. */
  lastEventId: string | null;
  /** Address of the other end of the connection, a proxy's if there is one between. */
  remoteAddress: string;
  /** The body of a POST, of 1 MB at most. Throws INVALID or TOO_LARGE. */
  readJson: () => Promise<unknown>;
}

interface AnswerHead {
  status: number;
  contentType: string;
  headers?: Readonly<Record<string, string>>;
}

/** An answer whose whole body is known. */
export interface WholeAnswer extends AnswerHead {
  body: string | Buffer;
}

export interface RouteAnswer extends AnswerHead {
  /** Whole, or in parts that are sent as they come: exports, server-sent events. */
  body: string | Buffer | AsyncIterable<string | Uint8Array>;
}

/** One REST address. A handler throws AppError for anything that a caller should know. */
export interface Route {
  method: "GET" | "POST";
  path: string;
  policy: Policy;
  handle: (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>;
}

export function jsonAnswer(value: unknown, status = 200): WholeAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}
