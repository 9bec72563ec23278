import { type AppErrorCode, isAppError } from "@/server/errors";
import { jsonAnswer, type WholeAnswer } from "./route";

const statuses: Record<AppErrorCode, number> = {
  INVALID: 422,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  TOO_MANY: 429,
  UNAVAILABLE: 503,
  UPSTREAM: 502,
};

/** Codes of answers that the server gives before any verb runs, beside those of AppError. */
export type HttpErrorCode = AppErrorCode | "METHOD_NOT_ALLOWED" | "UNSUPPORTED" | "INTERNAL";

export interface HttpError {
  status: number;
  code: HttpErrorCode;
  message: string;
  /** One entry a field that failed validation. */
  fields?: { field: string; message: string }[];
}

/** The one shape of a REST error: `{ error: { code, message, request_id, fields? } }`. */
export function errorAnswer(error: HttpError, requestId: string): WholeAnswer {
  const { status, code, message, fields } = error;
  return jsonAnswer(
    { error: { code, message, request_id: requestId, ...(fields && { fields }) } },
    status,
  );
}

/** What a thrown value becomes. The text of anything but AppError and a failed validation stays inside. `whole` names the input itself. */
export function httpErrorOf(thrown: unknown, whole = "query"): HttpError {
  if (isAppError(thrown))
    return { status: statuses[thrown.code], code: thrown.code, message: thrown.message };
  const fields = invalidFields(thrown, whole);
  if (fields) return { status: 422, code: "INVALID", message: sentenceOf(fields), fields };
  return {
    status: 500,
    code: "INTERNAL",
    message: "The server failed. Its log says why, under this request id.",
  };
}

/** A failed validation in words, `field: what is wrong; …`; undefined when it is something else. `whole` names the value itself. */
export function validationSentence(thrown: unknown, whole: string): string | undefined {
  const fields = invalidFields(thrown, whole);
  return fields && sentenceOf(fields);
}

function sentenceOf(fields: NonNullable<HttpError["fields"]>): string {
  return fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
}

/** By shape, as another copy of zod may have thrown it. */
function invalidFields(thrown: unknown, whole: string): HttpError["fields"] {
  if (!(thrown instanceof Error) || !/^\$?ZodError$/.test(thrown.name)) return undefined;
  const { issues } = thrown as { issues?: Issue[] };
  return issues?.slice(0, 20).map((issue) => ({
    field: issue.path.map(String).join(".") || whole,
    message: messageOf(issue),
  }));
}

interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
}

/** Names that a caller made up are not repeated: one may hold what was meant to be a value, a password for instance. */
function messageOf({ code, message }: Issue): string {
  return code === "unrecognized_keys"
    ? "has a field that is not known here; /api/docs names those that are"
    : message;
}
