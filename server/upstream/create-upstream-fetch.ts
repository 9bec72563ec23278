import { requestUpstream, type UpstreamRequest } from "./request-upstream";
import { upstreamError } from "./upstream-error";

/** What a library asks for. Its body is whole: a text, bytes or the fields of a form. */
interface FetchInit {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

export type UpstreamFetch = (url: string, init: FetchInit) => Promise<Response>;

/**
 * A `fetch` for a library that speaks a protocol of its own, with the limits of `requestUpstream`: deadline, size, checked address,
 * no redirect. Takes GET and POST, sends `accept`, `authorization` and `content-type` of the library's headers, and answers any
 * status with `content-type` and the body alone. Rejects with an AppError UPSTREAM.
 */
export function createUpstreamFetch(
  limits: Pick<UpstreamRequest, "label" | "deadlineMs" | "maxBytes">,
): UpstreamFetch {
  return async (url, init) => {
    const headers = new Headers(init.headers);
    const authorization = headers.get("authorization");
    const { status, contentType, body } = await requestUpstream({
      ...limits,
      url,
      anyStatus: true,
      accept: headers.get("accept") ?? "*/*",
      ...(authorization !== null && { authorization }),
      ...(init.signal && { signal: init.signal }),
      ...(init.method === "POST" && { post: postOf(init, headers) }),
    });
    const hasNoBody = status === 204 || status === 205;
    if (status < 200 || status > 599) throw upstreamError(`${limits.label} answered ${status}`);
    return new Response(hasNoBody ? null : new Uint8Array(body), {
      status,
      headers: contentType === null ? {} : { "content-type": contentType },
    });
  };
}

/** Everything else that a library would like to send stays here. */
function postOf({ body }: FetchInit, headers: Headers): NonNullable<UpstreamRequest["post"]> {
  const type = headers.get("content-type");
  return { body: bytesOf(body), headers: type === null ? {} : { "content-type": type } };
}

function bytesOf(body: unknown): string | Uint8Array {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  if (body === undefined || body === null) return "";
  throw new TypeError("Only whole bodies can be sent.");
}
