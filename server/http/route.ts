import type { Actor, Policy } from "@/server/policy/policy";

/** What a REST handler sees of a request. The path is exact and the query is parsed by the handler's own schema. */
export interface RouteRequest {
  requestId: string;
  actor: Actor;
  query: URLSearchParams;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
}

export interface RouteAnswer {
  status: number;
  contentType: string;
  body: string | Buffer;
  headers?: Readonly<Record<string, string>>;
}

/** One REST address. A handler throws AppError for anything that a caller should know. */
export interface Route {
  method: "GET" | "POST";
  path: string;
  policy: Policy;
  handle: (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>;
}

export function jsonAnswer(value: unknown, status = 200): RouteAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}
