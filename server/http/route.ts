import type { Actor, Policy } from "@/server/policy/policy";
import type { BodyRule } from "./body-rule";
import type { ClientFacts } from "./client-facts";

/** What a REST handler sees of a request. The path is exact and the query is parsed by the handler's own schema. */
export interface RouteRequest {
  requestId: string;
  actor: Actor;
  query: URLSearchParams;
  /** Aborted when the client leaves. */
  signal: AbortSignal;
  client: ClientFacts;
  /** The header `Cookie`, for the routes that sign somebody in. */
  cookie: string | null;
  /** The header `Last-Event-ID` of a stream of server-sent events that is opened again. */
  lastEventId: string | null;
  /** The header `If-None-Match`: which text of an answer with an ETag the client has already. */
  ifNoneMatch: string | null;
  /** The headers `Accept` and `MCP-Protocol-Version`, for the endpoint of tools. */
  accept: string | null;
  mcpProtocolVersion: string | null;
  /** Adds a header Set-Cookie to the answer, whatever becomes of it. */
  setCookie: (header: string) => void;
  /** The body of a POST as JSON, at most as long as the route's rule says. Throws INVALID or TOO_LARGE. */
  readJson: () => Promise<unknown>;
  /** The same as bytes, part by part as they come and unpacked: for bodies that are not to be held as a whole. Instead of `readJson`. */
  readParts: () => AsyncIterable<Uint8Array>;
}

interface AnswerHead {
  status: number;
  contentType: string;
  headers?: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`, a header each. */
  setCookies?: readonly string[];
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
  /** What a POST may bring; JSON of 1 MB at most when it is left out. */
  body?: BodyRule;
  /** True: answers whatever name is in `Host`, as it tells no more than that the server is there. Probes ask by address. */
  answersAnyName?: boolean;
  handle: (request: RouteRequest) => RouteAnswer | Promise<RouteAnswer>;
}

export function jsonAnswer(value: unknown, status = 200): WholeAnswer {
  return { status, contentType: "application/json; charset=utf-8", body: JSON.stringify(value) };
}
