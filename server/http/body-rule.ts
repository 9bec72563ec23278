import type { IncomingHttpHeaders } from "node:http";
import type { HttpError } from "./error-answer";

/** What the body of a POST may be. */
export interface BodyRule {
  /** The first is named where another came. Only types that no form of another site can send, unless the route changes nothing. */
  contentTypes: readonly [string, ...string[]];
  /** Unpacked, too. */
  maxBytes: number;
}

/** Of every address that says nothing else. */
export const jsonBody: BodyRule = { contentTypes: ["application/json"], maxBytes: 1_000_000 };

/** Of addresses that take the text of whole prompts. */
export const longJsonBody: BodyRule = { ...jsonBody, maxBytes: 2_000_000 };

/** Why a body is refused before it is read; null when it may come. */
export function refusalOfBody(headers: IncomingHttpHeaders, rule: BodyRule): HttpError | null {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (!rule.contentTypes.includes(type.trim().toLowerCase()))
    return {
      status: 415,
      code: "UNSUPPORTED",
      message: `Send the body as ${rule.contentTypes[0]}.`,
    };
  if (Number(headers["content-length"] ?? 0) > rule.maxBytes)
    return { status: 413, code: "TOO_LARGE", message: tooLargeSentence(rule.maxBytes) };
  return null;
}

export function tooLargeSentence(maxBytes: number): string {
  const size =
    maxBytes % 1_000_000 === 0 ? `${maxBytes / 1_000_000} MB` : `${maxBytes / 1024 ** 2} MiB`;
  return `The body may hold ${size} at most.`;
}
