/** What an error state shows. `code` and `requestId` are null when the server was not reached. */
export interface ErrorDescription {
  message: string;
  code: string | null;
  requestId: string | null;
}

/** Words for an error of a query: the server's own sentence, or that it was not reached. */
export function describeError(error: unknown): ErrorDescription {
  const data = dataOf(error);
  const code = textOf(data, "code");
  if (code === null)
    return {
      message: "The server did not answer. What is shown stays; it is asked again on Retry.",
      code: "NOT_REACHED",
      requestId: null,
    };
  const message = error instanceof Error ? error.message : "The server refused the request.";
  return { message, code, requestId: requestIdOf(error) };
}

/** The id under which the server logged the failed request, or null when it was not reached. */
export function requestIdOf(error: unknown): string | null {
  return textOf(dataOf(error), "requestId");
}

/** A refused or wrong request stays wrong; a lost connection or a busy server may come back. */
export function isWorthRetrying(error: unknown): boolean {
  const data = dataOf(error);
  const status = data === null ? undefined : data.httpStatus;
  return typeof status !== "number" || status >= 500;
}

/** True when the server does not know who asks: no session, or one that has ended. */
export function isUnauthenticated(error: unknown): boolean {
  return dataOf(error)?.httpStatus === 401;
}

/** How long the server asks to wait before the next try; null when it asks for nothing. */
export function retryAfterSecondsOf(error: unknown): number | null {
  const seconds = dataOf(error)?.retryAfterSeconds;
  return typeof seconds === "number" ? seconds : null;
}

// tRPC's client puts the server's data here; read by shape, so that no class of another copy is needed.
function dataOf(error: unknown): Record<string, unknown> | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : null;
}

function textOf(data: Record<string, unknown> | null, key: string): string | null {
  const value = data?.[key];
  return typeof value === "string" ? value : null;
}
