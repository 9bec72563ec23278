import type { HttpErrorCode } from "@/server/http/error-answer";

export interface ErrorCodeFacts {
  status: number;
  /** When it comes, and what to do: for a person. */
  meaning: string;
}

/** Every code that an error of REST may have. */
export const errorCodes: Readonly<Record<HttpErrorCode, ErrorCodeFacts>> = {
  INVALID: {
    status: 422,
    meaning:
      "A parameter or a field of the body is missing, unknown or out of bounds; fields names each. 400 when the request itself is malformed, 414 when its address is longer than 16,384 characters.",
  },
  UNAUTHENTICATED: {
    status: 401,
    meaning: "No key and no session came, or the one that came is not valid any more. Send a key.",
  },
  FORBIDDEN: {
    status: 403,
    meaning: "The key or the role may not do this; the message says what is needed.",
  },
  NOT_FOUND: { status: 404, meaning: "There is no such address, or no such thing." },
  METHOD_NOT_ALLOWED: { status: 405, meaning: "The header Allow names the methods there are." },
  TOO_LARGE: {
    status: 413,
    meaning: "A body may hold 1 MB at most, with prompts 2 MB. Send less at once.",
  },
  UNSUPPORTED: { status: 415, meaning: "A body must be sent as application/json." },
  TOO_MANY: {
    status: 429,
    meaning: "Too much at once. Wait for as many seconds as Retry-After says, then try again.",
  },
  INTERNAL: { status: 500, meaning: "The server failed. Its log says why, under the request id." },
  UPSTREAM: { status: 502, meaning: "A system behind the portal failed. Try again later." },
  UNAVAILABLE: {
    status: 503,
    meaning: "Something that is needed, mostly the database, does not answer now. Try again later.",
  },
};
