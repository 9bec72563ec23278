import type { LookupFunction } from "node:net";
import { Client } from "undici";
import { isAppError, type AppError } from "@/server/errors";
import { guardedLookup, isAllowedHost } from "./address-guard";
import { clauseOf, upstreamError } from "./upstream-error";

export interface UpstreamRequest {
  /** How a person knows this upstream: "AI service 1". The only name of it in errors. */
  label: string;
  /** A configured address, http(s). It never comes from a client. */
  url: string;
  method?: "GET" | "HEAD";
  /** Sends this as a POST instead. The headers are ours: nothing of a client's request goes on. */
  post?: { body: string | Uint8Array; headers: Readonly<Record<string, string>> };
  /** A credential of ours for this upstream, as the header of that name; never one of a client's. */
  authorization?: string;
  /** Answers whatever the status is, but for redirects: for an upstream of ours, whose errors are sentences. */
  anyStatus?: boolean;
  /** What to ask for; JSON before other text when absent. */
  accept?: string;
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
 * that is not allowed. Sends no header but `accept` and `accept-encoding`, `authorization` where it is given, and those of
 * `post`. Each request has its own connection.
 */
export async function requestUpstream(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const chunks: Buffer[] = [];
  const head = await streamUpstream(request, (chunk) => chunks.push(chunk));
  return { ...head, body: Buffer.concat(chunks) };
}

/**
 * As `requestUpstream`, for an answer that need not be in memory as a whole. What `onChunk` throws ends the request and comes out as
 * it is; a chunk that was given may have been the last before the connection broke.
 */
export async function streamUpstream(
  request: UpstreamRequest,
  onChunk: (chunk: Buffer) => void,
): Promise<Omit<UpstreamAnswer, "body">> {
  const url = parseAllowedUrl(request);
  const headers = headersOf(request);
  const deadline = AbortSignal.timeout(request.deadlineMs);
  const signal = AbortSignal.any(request.signal ? [deadline, request.signal] : [deadline]);
  const client = createClient(url, request);
  try {
    const answer = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.post ? "POST" : (request.method ?? "GET"),
      body: request.post?.body ?? null,
      headers,
      signal,
    });
    refuseStatus(answer.statusCode, request);
    let length = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > request.maxBytes) {
        throw upstreamError(`${request.label} answered more than ${request.maxBytes} bytes`);
      }
      consume(onChunk, chunk);
    }
    return {
      status: answer.statusCode,
      contentType: firstHeader(answer.headers["content-type"]),
    };
  } catch (error) {
    if (error instanceof ConsumerError) throw error.cause;
    throw toUpstreamError(error, { request, deadline });
  } finally {
    void client.destroy();
  }
}

/** What we write ourselves. Whatever a client's request carries (cookies, its host, who forwarded it) has a name that is not here. */
const sentHeaders = /^(?:authorization|content-(?:encoding|type)|user-agent|webhook-[a-z]+)$/i;

/** All that is ever sent. Throws when a caller would send something else: a fault of ours. */
function headersOf({ accept, authorization, post }: UpstreamRequest): Record<string, string> {
  const own = Object.entries(post?.headers ?? {});
  const foreign = own.find(([name]) => !sentHeaders.test(name));
  if (foreign) throw new Error(`The header ${foreign[0]} is never sent to an upstream.`);
  return {
    accept: accept ?? "application/json, text/plain;q=0.9, */*;q=0.1",
    "accept-encoding": "identity",
    ...(authorization !== undefined && { authorization }),
    ...Object.fromEntries(own),
  };
}

function createClient(url: URL, request: UpstreamRequest): Client {
  return new Client(url.origin, {
    // Node's own choice between v4 and v6 needs `lookup` to answer all addresses; ours does.
    connect: { lookup: request.lookup ?? systemLookup, timeout: request.deadlineMs },
    allowH2: false,
    pipelining: 0, // no keep-alive: an idle connection that the other side closes would look like a failure
    headersTimeout: 0, // the deadline covers both
    bodyTimeout: 0,
  });
}

/**
 * Checks an address before it is saved; what its name resolves to is checked at every connect. Throws an AppError UPSTREAM
 * with a sentence that begins with `label`.
 */
export function parseAllowedUrl({ url, label }: Pick<UpstreamRequest, "url" | "label">): URL {
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

function refuseStatus(status: number, { label, anyStatus = false }: UpstreamRequest): void {
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    throw upstreamError(
      `${label} answered with a redirect (${status}), which is not followed: set the final address`,
    );
  }
  if (!anyStatus) throw upstreamError(`${label} answered ${status}`);
}

/** Tells what the caller threw from what went wrong with the request. */
class ConsumerError extends Error {}

function consume(onChunk: (chunk: Buffer) => void, chunk: Buffer): void {
  try {
    onChunk(chunk);
  } catch (error) {
    throw new ConsumerError("the consumer failed", { cause: error });
  }
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
