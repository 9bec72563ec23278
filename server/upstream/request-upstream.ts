import type { LookupFunction } from "node:net";
import { Client, type Dispatcher } from "undici";
import { isAppError, type AppError } from "@/server/errors";
import { guardedLookup, isAllowedHost } from "./address-guard";
import { clauseOf, upstreamError } from "./upstream-error";

export interface UpstreamRequest {
  /** How a person knows this upstream: "AI service 1". The only name of it in errors. */
  label: string;
  /** A configured address, http(s). It never comes from a client. */
  url: string;
  method?: "GET" | "HEAD";
  /** For the whole answer, from the look-up of the name to the last byte. */
  deadlineMs: number;
  maxBytes: number;
  /** Cancels the request; the connection is closed at once. */
  signal?: AbortSignal;
  /** Resolves names; tests pass their own. */
  lookup?: LookupFunction;
}

export interface UpstreamAnswer {
  status: number;
  contentType: string | null;
  body: Buffer;
}

const systemLookup = guardedLookup();

/**
 * Asks a foreign system once. Answers a 2xx; everything else is an `AppError` UPSTREAM with a sentence that names the
 * upstream by its label: another status, a redirect (never followed), too long, too late, cut off, cancelled, an address
 * that is not allowed. Sends no header but `accept` and `accept-encoding`. Each request has its own connection.
 */
export async function requestUpstream(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const url = parseAllowedUrl(request);
  const deadline = AbortSignal.timeout(request.deadlineMs);
  const signal = AbortSignal.any(request.signal ? [deadline, request.signal] : [deadline]);
  const client = new Client(url.origin, {
    // Node's own choice between v4 and v6 needs `lookup` to answer all addresses; ours does.
    connect: { lookup: request.lookup ?? systemLookup, timeout: request.deadlineMs },
    allowH2: false,
    pipelining: 0, // no keep-alive: an idle connection that the other side closes would look like a failure
    headersTimeout: 0, // the deadline covers both
    bodyTimeout: 0,
  });
  try {
    const answer = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.method ?? "GET",
      headers: {
        accept: "application/json, text/plain;q=0.9, */*;q=0.1",
        "accept-encoding": "identity",
      },
      signal,
    });
    refuseStatus(answer.statusCode, request.label);
    return {
      status: answer.statusCode,
      contentType: firstHeader(answer.headers["content-type"]),
      body: await readBody(answer.body, request),
    };
  } catch (error) {
    throw toUpstreamError(error, { request, deadline });
  } finally {
    void client.destroy();
  }
}

function parseAllowedUrl({ url, label }: UpstreamRequest): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol)) {
    throw upstreamError(`${label} needs an address that begins with http:// or https://`);
  }
  if (!isAllowedHost(parsed.hostname)) {
    throw upstreamError(
      `${label} has an address that is not allowed: it is link-local or a metadata service`,
    );
  }
  return parsed;
}

function refuseStatus(status: number, label: string): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw upstreamError(
      `${label} answered with a redirect (${status}), which is not followed: set the final address`,
    );
  }
  throw upstreamError(`${label} answered ${status}`);
}

async function readBody(body: Dispatcher.ResponseData["body"], request: UpstreamRequest) {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > request.maxBytes) {
      throw upstreamError(`${request.label} answered more than ${request.maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function firstHeader(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function toUpstreamError(
  error: unknown,
  { request, deadline }: { request: UpstreamRequest; deadline: AbortSignal },
): AppError {
  const { label } = request;
  if (isAppError(error)) return error;
  if (request.signal?.aborted) return upstreamError(`The request to ${label} was cancelled`, error);
  // The connection's own timer may fire a moment before the deadline.
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (deadline.aborted || code === "UND_ERR_CONNECT_TIMEOUT") {
    return upstreamError(`${label} did not answer within ${request.deadlineMs / 1_000} s`, error);
  }
  return upstreamError(`${label} ${clauseOf(error)}`, error);
}
