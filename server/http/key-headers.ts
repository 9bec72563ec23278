import type { IncomingHttpHeaders } from "node:http";

/** Every API key that came in headers, also one that is none: `Authorization: Bearer KEY`, `X-API-Key: KEY`. Other schemes are for a proxy between. */
export function keysInHeaders(headers: IncomingHttpHeaders): string[] {
  const { authorization = "" } = headers;
  const bearer = /^bearer\b/i.test(authorization) ? [authorization.slice("bearer".length)] : [];
  const given = headers["x-api-key"];
  // Node joins a header that came twice with a comma.
  const plain = given === undefined ? [] : String(given).split(",");
  return [...bearer, ...plain].map((key) => key.trim());
}
