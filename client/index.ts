import type { SightlineApi } from "./sightline-api";

// Types only come from outside: the built file stands alone, and runs wherever there is `fetch`.

/** Codes of the server (docs/api.md), and two of the way there: no answer of a portal came, or none in time. */
export type SightlineErrorCode =
  | "INVALID"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "TOO_LARGE"
  | "UNSUPPORTED"
  | "TOO_MANY"
  | "INTERNAL"
  | "UPSTREAM"
  | "UNAVAILABLE"
  | "NO_ANSWER"
  | "TIMEOUT";

/** A call that failed. The message is a sentence for a person; programs go by the code. */
export class SightlineError extends Error {
  override readonly name: string = "SightlineError";
  readonly code: SightlineErrorCode;
  /** Of HTTP; null when no answer came. */
  readonly status: number | null;
  /** The server's log tells more under it; null when no answer of a portal came. */
  readonly requestId: string | null;

  constructor(
    message: string,
    facts: { code: SightlineErrorCode; status?: number; requestId?: string; cause?: unknown },
  ) {
    super(message, { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? null;
    this.requestId = facts.requestId ?? null;
  }
}

export interface SightlineClientOptions {
  /** Of the portal: `https://gpus.example.org`. */
  url: string;
  /** Sent as `Authorization: Bearer KEY`. Left out: whatever the portal allows to nobody in particular. */
  apiKey?: string | undefined;
  /** Of one call, in milliseconds; 30 s when left out. */
  timeoutMs?: number | undefined;
  /** Another `fetch`, for proxies and tests. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

export interface SightlineCallOptions {
  /** Gives the call up: it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For this call alone. */
  timeoutMs?: number | undefined;
}

/** Calls of all procedures of a portal: `client.gpu.latest.query()`, `client.keys.revoke.mutate({ id })`. */
export type SightlineClient = SightlineApi;

interface Call {
  path: string;
  isMutation: boolean;
  input: unknown;
  options: SightlineCallOptions;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Codes of tRPC (trpc.io/docs/server/error-handling) in the portal's own words. */
const codesOfTrpc: Readonly<Record<string, SightlineErrorCode>> = {
  BAD_REQUEST: "INVALID",
  PARSE_ERROR: "INVALID",
  UNAUTHORIZED: "UNAUTHENTICATED",
  FORBIDDEN: "FORBIDDEN",
  NOT_FOUND: "NOT_FOUND",
  METHOD_NOT_SUPPORTED: "METHOD_NOT_ALLOWED",
  PAYLOAD_TOO_LARGE: "TOO_LARGE",
  UNSUPPORTED_MEDIA_TYPE: "UNSUPPORTED",
  TOO_MANY_REQUESTS: "TOO_MANY",
  INTERNAL_SERVER_ERROR: "INTERNAL",
  BAD_GATEWAY: "UPSTREAM",
  SERVICE_UNAVAILABLE: "UNAVAILABLE",
};

/** A client of one portal. Calls reject with a SightlineError, or with the reason of the signal that gave them up. */
export function createSightlineClient(options: SightlineClientOptions): SightlineClient {
  return pathProxy([], (call) => send(call, options)) as SightlineClient;
}

/** Any path of names; `query` and `mutate` at its end call the procedure that it names. */
function pathProxy(names: readonly string[], call: (call: Call) => Promise<unknown>): unknown {
  return new Proxy(() => undefined, {
    // `then` would make a promise of every part, for whoever awaits one by mistake.
    get: (_target, name) =>
      typeof name === "string" && name !== "then" ? pathProxy([...names, name], call) : undefined,
    apply: (_target, _this, [input, options = {}]: [unknown, SightlineCallOptions?]) => {
      const isMutation = names.at(-1) === "mutate";
      if (names.length < 2 || (!isMutation && names.at(-1) !== "query"))
        throw new TypeError(`Call ${names.join(".")}.query() or ${names.join(".")}.mutate().`);
      return call({ path: names.slice(0, -1).join("."), isMutation, input, options });
    },
  });
}

async function send(call: Call, client: SightlineClientOptions): Promise<unknown> {
  const { options, isMutation } = call;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? client.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  let response: Response;
  let answer: unknown;
  try {
    const ask = client.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
    response = await ask(addressOf(call, client.url), {
      method: isMutation ? "POST" : "GET",
      headers: headersOf(call, client.apiKey),
      ...(isMutation && call.input !== undefined && { body: JSON.stringify(call.input) }),
      redirect: "error", // the key goes to this portal and nowhere else
      signal,
    });
    answer = JSON.parse(await response.text());
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (timeout.aborted)
      throw new SightlineError("The portal did not answer in time.", { code: "TIMEOUT", cause });
    throw new SightlineError("No answer of a portal came.", { code: "NO_ANSWER", cause });
  }
  return resultOf(answer, response.status);
}

function addressOf({ path, isMutation, input }: Call, url: string): string {
  const address = `${url.replace(/\/+$/, "")}/api/trpc/${path}`;
  if (isMutation || input === undefined) return address;
  return `${address}?input=${encodeURIComponent(JSON.stringify(input))}`;
}

function headersOf({ isMutation }: Call, apiKey: string | undefined): Record<string, string> {
  return {
    accept: "application/json",
    ...(isMutation && { "content-type": "application/json" }),
    ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
  };
}

interface Answered {
  result?: { data?: unknown };
  error?: {
    message?: unknown;
    /** Of tRPC. */
    data?: { code?: unknown; requestId?: unknown };
    /** Of what is refused before a procedure is reached. */
    code?: unknown;
    request_id?: unknown;
  };
}

function resultOf(answer: unknown, status: number): unknown {
  const { result, error } = (answer ?? {}) as Answered;
  if (result) return result.data;
  if (!error)
    throw new SightlineError("No answer of a portal came.", { code: "NO_ANSWER", status });
  const { message, data, code, request_id } = error;
  const requestId = data?.requestId ?? request_id;
  throw new SightlineError(typeof message === "string" ? message : "The call failed.", {
    code: codeOf(data?.code ?? code),
    status,
    ...(typeof requestId === "string" && { requestId }),
  });
}

function codeOf(code: unknown): SightlineErrorCode {
  if (typeof code !== "string") return "INTERNAL";
  const known = Object.hasOwn(codesOfTrpc, code) ? codesOfTrpc[code] : undefined;
  const own = Object.values(codesOfTrpc).find((one) => one === code);
  return known ?? own ?? "INTERNAL";
}
