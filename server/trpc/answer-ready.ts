import {
  type AnyTRPCRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type TRPCError,
} from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import { acceptsGzip, MIN_GZIP_BYTES } from "@/server/http/compress-response";
import type { Exchange } from "@/server/http/exchange";
import { isAllowed, isPolicy, type Policy } from "@/server/policy/policy";
import type { Context } from "./context";
import { ReadyAnswers, type ReadyAnswersOptions, type ReadyBody } from "./ready-answers";
import type { ReadyCall, ReadyQueries } from "./ready-query";

interface Call extends ReadyCall {
  path: string;
  policy: Policy;
  input: unknown;
}

interface Calls {
  calls: Call[];
  isBatch: boolean;
}

interface Options {
  router: AnyTRPCRouter;
  queries: ReadyQueries;
  maxBatch: number;
  onError: (error: TRPCError, path: string, requestId: string) => void;
  bounds?: ReadyAnswersOptions;
}

const MAX_ADDRESSES = 512;
/** Longer ones are parsed each time. */
const MAX_ADDRESS_LENGTH = 8_192;

/**
 * Answers ready queries from bytes, ahead of tRPC's serialiser. Who asks passes the procedure's own policy first; the bytes are
 * what the procedure itself answered, input and output validated. False when it is not for here: then tRPC answers.
 */
export function createReadyAnswerer(options: Options) {
  const { router, queries, maxBatch } = options;
  const answers = new ReadyAnswers(options.bounds);
  /** What an address asks for: parsing it costs more than the answer. Only of valid inputs. */
  const known = new Map<string, Calls>();

  function policyOf(path: string): Policy | null {
    const procedures = router._def.procedures as Record<
      string,
      { _def: { meta?: { policy?: unknown } } } | undefined
    >;
    const policy = Object.hasOwn(procedures, path) && procedures[path]?._def.meta?.policy;
    return isPolicy(policy) ? policy : null;
  }

  function parsedCall(path: string, input: unknown, context: Context): Call | null {
    const query = Object.hasOwn(queries, path) ? queries[path] : undefined;
    const policy = policyOf(path);
    const call = query && policy ? query.prepare(context, input) : null;
    return call && policy ? { ...call, path, policy, input } : null;
  }

  function parsedCalls(path: string, search: URLSearchParams, context: Context): Calls | null {
    const isBatch = search.get("batch") === "1";
    const paths = isBatch ? path.split(",") : [path];
    if (paths.length > maxBatch || !paths.every((one) => Object.hasOwn(queries, one))) return null;
    const inputs = jsonOf(search.get("input"));
    if (inputs === null || (isBatch && !isInputs(inputs.value))) return null;
    const calls: Call[] = [];
    for (const [index, one] of paths.entries()) {
      const input = isBatch ? inputOf(inputs.value, index) : inputs.value;
      const call = parsedCall(one, input, context);
      if (!call) return null;
      calls.push(call);
    }
    return { calls, isBatch };
  }

  function callsOf({ req, target }: Exchange, path: string, context: Context): Calls | null {
    const address = req.url ?? "";
    const before = known.get(address);
    if (before) return before;
    const calls = parsedCalls(path, target.query, context);
    if (calls && address.length <= MAX_ADDRESS_LENGTH) {
      if (known.size >= MAX_ADDRESSES) known.clear();
      known.set(address, calls);
    }
    return calls;
  }

  async function make({ path, input }: Call, context: Context) {
    // Several may wait for it: that one of them leaves must not end it.
    const { signal } = new AbortController();
    const data: unknown = await callTRPCProcedure({
      router,
      path,
      getRawInput: () => Promise.resolve(input),
      ctx: { ...context, signal },
      type: "query",
      signal,
      batchIndex: 0,
    });
    const isKept = queries[path]?.isKept(data) === true;
    return { text: JSON.stringify({ result: { data } }), isKept };
  }

  async function answerOf(call: Call, context: Context): Promise<ReadyBody | ErrorAnswer> {
    const wanted = { key: `${call.path} ${call.key}`, edition: call.edition() };
    try {
      return await answers.get(wanted, () => make(call, context));
    } catch (thrown) {
      const error = getTRPCErrorFromUnknown(thrown);
      options.onError(error, call.path, context.requestId);
      const { path, input } = call;
      const config = router._def._config;
      const shape: unknown = getTRPCErrorShape({
        config,
        error,
        type: "query",
        path,
        input,
        ctx: context,
      });
      return { error: shape };
    }
  }

  return async function answerReady(
    exchange: Exchange,
    path: string,
    context: Context,
  ): Promise<boolean> {
    const { req } = exchange;
    if (req.method !== "GET" || wantsLines(exchange)) return false;
    const wanted = callsOf(exchange, path, context);
    if (!wanted?.calls.every(({ policy }) => isAllowed(exchange.actor, policy))) return false;
    const bodies = await Promise.all(wanted.calls.map((call) => answerOf(call, context)));
    await send(exchange, bodies, wanted.isBatch);
    return true;
  };
}

interface ErrorAnswer {
  error: unknown;
}

/** tRPC streams a batch as lines when it is asked to. */
function wantsLines({ req }: Exchange): boolean {
  return req.headers["trpc-accept"] !== undefined || req.headers.accept?.includes("jsonl") === true;
}

/** Null when it is no JSON; without an input the value is undefined. */
function jsonOf(text: string | null): { value: unknown } | null {
  if (text === null || text === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** Of a batch: an object with an input for each number of a call. */
function isInputs(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null);
}

function inputOf(inputs: unknown, index: number): unknown {
  return inputs === undefined ? undefined : Reflect.get(inputs as object, index);
}

async function send(
  { req, res }: Exchange,
  bodies: readonly (ReadyBody | ErrorAnswer)[],
  isBatch: boolean,
): Promise<void> {
  const [only] = bodies;
  res.setHeader("Content-Type", "application/json");
  res.setHeader("Vary", "trpc-accept, accept");
  const isWhole = bodies.length === 1 && only && !("error" in only);
  if (!isWhole) {
    sendSeveral(res, bodies, isBatch);
    return;
  }
  const isCompressed = only.bytes >= MIN_GZIP_BYTES && acceptsGzip(req.headers["accept-encoding"]);
  const body = isCompressed ? await only.compressed(isBatch) : only.plain(isBatch);
  if (isCompressed) {
    res.setHeader("Content-Encoding", "gzip");
    res.appendHeader("Vary", "Accept-Encoding");
  }
  res.setHeader("Content-Length", body.length);
  res.end(body);
}

/** A batch of several, or an error: rare, so nothing of it is kept. */
function sendSeveral(
  res: Exchange["res"],
  bodies: readonly (ReadyBody | ErrorAnswer)[],
  isBatch: boolean,
): void {
  const parts = bodies.map((body) =>
    "error" in body ? Buffer.from(JSON.stringify(body)) : body.plain(false),
  );
  const shapes = bodies.map((body) => ("error" in body ? body : { result: { data: null } }));
  res.statusCode = getHTTPStatusCode((isBatch ? shapes : shapes[0]) as never);
  const text = parts.map((part) => part.toString()).join(",");
  const body = Buffer.from(isBatch ? `[${text}]` : text);
  res.setHeader("Content-Length", body.length);
  res.end(body);
}
