import type { IncomingHttpHeaders } from "node:http";
import { isLoopback } from "@/server/env";
import type { ClientFacts } from "./client-facts";

/** By what name the server is opened. */
export interface Site {
  /** PUBLIC_URL, as an origin; null: whatever name a request came by. */
  publicUrl: string | null;
  /** HOST is this machine alone. */
  isLoopbackOnly: boolean;
}

type Named = Pick<ClientFacts, "address" | "host">;

/**
 * True unless a browser says that another site sent this. Programs that are no browser send neither header.
 * `Origin: null` (sandboxed frames, files) counts as another site.
 */
export function isFromHere(headers: IncomingHttpHeaders, client: Named, site: Site): boolean {
  const fetched = headers["sec-fetch-site"];
  if (fetched !== undefined && fetched !== "same-origin" && fetched !== "none") return false;
  return isOriginOwn(headers, client, site);
}

/** For handshakes: browsers disagree on Sec-Fetch-Site there, and all of them send Origin. */
export function isOriginOwn(
  { origin }: IncomingHttpHeaders,
  { host }: Named,
  { publicUrl }: Site,
): boolean {
  if (origin === undefined) return true;
  return publicUrl === null ? isSameHost(origin, host) : origin === publicUrl;
}

function isSameHost(origin: string, host: string): boolean {
  const { protocol = "", host: theirs = "" } = URL.parse(origin) ?? {};
  // Parsed too, which drops the usual port of the protocol as it does from theirs.
  const own = URL.parse(`${protocol}//${host}`);
  return /^https?:$/.test(protocol) && own?.host === theirs;
}

/**
 * Where Origin and Host agree although a page of another site asks (DNS rebinding: it pointed its own name at this machine), the
 * name gives it away. With PUBLIC_URL its name is expected, and loopback names from this machine; without, loopback names while only
 * loopback may reach the server, and any name else.
 */
export function isHostExpected({ host, address }: Named, site: Site): boolean {
  const url = URL.parse(`http://${host}`);
  if (host === "" || url?.username !== "" || url.pathname !== "/") return false;
  const isLoopbackName = isLoopback(url.hostname.replace(/^\[|\]$/g, ""));
  if (site.publicUrl === null) return isLoopbackName || !site.isLoopbackOnly;
  const { protocol, host: expected } = new URL(site.publicUrl);
  if (URL.parse(`${protocol}//${host}`)?.host === expected) return true;
  return isLoopbackName && isLoopback(address);
}
