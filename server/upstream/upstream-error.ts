import { AppError } from "@/server/errors";
import { REFUSED_ADDRESS } from "./address-guard";

/** An error that names the upstream by its label and never by its address. The cause is for the log. */
export function upstreamError(clause: string, cause?: unknown): AppError {
  return new AppError("UPSTREAM", `${clause}.`, cause === undefined ? {} : { cause });
}

const clauses: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ENOTFOUND: "has a name that does not resolve",
  EAI_AGAIN: "has a name that could not be resolved now",
  EHOSTUNREACH: "cannot be reached from here",
  ENETUNREACH: "cannot be reached from here",
  ECONNRESET: "closed the connection before its answer was complete",
  EPIPE: "closed the connection before its answer was complete",
  UND_ERR_SOCKET: "closed the connection before its answer was complete",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "closed the connection before its answer was complete",
  UND_ERR_HEADERS_OVERFLOW: "sent headers that are too long",
  [REFUSED_ADDRESS]: "has an address that is not allowed: it is link-local or a metadata service",
};

/** What went wrong, as a clause behind the upstream's label. */
export function clauseOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== null && Object.hasOwn(clauses, code)) return clauses[code] ?? "";
  if (error instanceof Error && error.name === "HTTPParserError") {
    return "sent something that is not HTTP";
  }
  if (code !== null && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return "has a certificate that is not trusted";
  }
  return "could not be asked";
}

/** The code of an error, or of the first of several tries to connect. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return codeOf(error.cause);
}
