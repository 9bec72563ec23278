/** What a refused call says; the server's errorFormatter writes it. */
interface RefusalData {
  code?: unknown;
  httpStatus?: unknown;
  requestId?: unknown;
}

/** A call that failed. `data` is null when no answer of ours came: the server is down, or a proxy answered. */
export class CallError extends Error {
  readonly data: RefusalData | null;

  constructor(message: string, data: RefusalData | null, options?: ErrorOptions) {
    super(message, options);
    this.name = "CallError";
    this.data = data;
  }
}

interface Call {
  path: string;
  input: unknown;
  signal: AbortSignal;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

interface CallerOptions {
  /** Where tRPC answers: `/api/trpc`. */
  url: string;
  /** The server refuses longer batches. */
  maxCalls: number;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const MAX_ADDRESS_LENGTH = 8_000; // of what servers and proxies commonly take

/**
 * Calls procedures of tRPC by its HTTP format (trpc.io/docs/rpc): queries asked for in one turn go in one GET, each mutation
 * in a POST of its own. tRPC's own client does the same and more, for 7 KB of every first page.
 */
export function createCaller({ url, maxCalls, fetch }: CallerOptions) {
  let waiting: Call[] = [];

  function flush() {
    const calls = waiting.filter((call) => !call.signal.aborted);
    waiting = [];
    while (calls.length > 0) {
      const batch = calls.splice(0, maxCalls);
      while (batch.length > 1 && addressOf(batch).length > MAX_ADDRESS_LENGTH)
        calls.unshift(...batch.splice(-1));
      void send(batch);
    }
  }

  function addressOf(batch: readonly Call[]): string {
    const inputs = Object.fromEntries(batch.map((call, index) => [index, call.input]));
    const names = batch.map((call) => call.path).join(",");
    return `${url}/${names}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`;
  }

  async function send(batch: readonly Call[]) {
    try {
      const response = await fetch(addressOf(batch), { signal: whenAllAbort(batch) });
      const answers = (await response.json()) as unknown;
      for (const [index, call] of batch.entries())
        settle(call, Array.isArray(answers) ? (answers[index] as unknown) : answers);
    } catch (error) {
      const failure = new CallError("The server did not answer", null, { cause: error });
      for (const call of batch) call.reject(failure);
    }
  }

  /** One query; the signal gives it up. Rejects with a CallError, or with the signal's reason. */
  function query(path: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        const reason: unknown = signal.reason;
        reject(reason instanceof Error ? reason : new CallError("Given up", null));
      });
      waiting.push({ path, input, signal, resolve, reject });
      if (waiting.length === 1) setTimeout(flush, 0);
    });
  }

  /** One mutation, sent once: it is never repeated, as nobody knows whether a lost one was done. Rejects with a CallError. */
  async function mutate(path: string, input: unknown): Promise<unknown> {
    let answer: unknown;
    try {
      const response = await fetch(`${url}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" }, // the server takes changes in no other form
        ...(input !== undefined && { body: JSON.stringify(input) }),
      });
      answer = (await response.json()) as unknown;
    } catch (error) {
      throw new CallError("The server did not answer", null, { cause: error });
    }
    return new Promise((resolve, reject) => {
      settle({ resolve, reject }, answer);
    });
  }

  return { query, mutate };
}

/** The request is given up when nobody waits for any of its calls. */
function whenAllAbort(batch: readonly Call[]): AbortSignal {
  const controller = new AbortController();
  for (const { signal } of batch)
    signal.addEventListener("abort", () => {
      if (batch.every((call) => call.signal.aborted)) controller.abort();
    });
  return controller.signal;
}

interface Answer {
  result?: { data?: unknown };
  error?: { message?: unknown; data?: RefusalData };
}

function settle(call: Pick<Call, "resolve" | "reject">, answer: unknown) {
  const { result, error } = (typeof answer === "object" && answer !== null ? answer : {}) as Answer;
  if (result !== undefined) call.resolve(result.data);
  else if (error?.data !== undefined) call.reject(new CallError(String(error.message), error.data));
  else call.reject(new CallError("The answer is not one of ours", null));
}
