import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "@/server/env";

/**
 * True unless a browser says that another site sent this. Programs that are no browser send neither header.
 * `Origin: null` (sandboxed frames, files) counts as another site.
 */
export function isFromHere(headers: IncomingHttpHeaders): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return isOriginOwn(headers);
}

/** For handshakes: browsers disagree on Sec-Fetch-Site there, and all of them send Origin. */
export function isOriginOwn({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || isSameHost(origin, host);
}

function isSameHost(origin: string, host: string | undefined): boolean {
  const { protocol = "", host: theirs = "" } = URL.parse(origin) ?? {};
  // Parsed too, which drops the usual port of the protocol as it does from theirs.
  const own = URL.parse(`${protocol}//${host ?? ""}`);
  return /^https?:$/.test(protocol) && own?.host === theirs;
}

/**
 * While only loopback may reach the server, a name other than loopback in `Host` means that a page of another site
 * pointed its own name at this machine (DNS rebinding), where Origin and Host agree.
 */
export function isHostExpected(host: string | undefined, isLoopbackOnly: boolean): boolean {
  if (host === undefined) return false;
  const url = URL.parse(`http://${host}`);
  if (url?.username !== "" || url.pathname !== "/") return false;
  return !isLoopbackOnly || isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
}
