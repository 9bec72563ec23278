import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import { isLoopback, type Settings } from "@/server/env";
import type { ClientFacts } from "@/server/http/client-facts";
import { addressOf, type ForwardedChain, forwardedChain } from "./forwarded-chain";

const MAX_USER_AGENT_LENGTH = 300;
/** Also what balancers of clouds write: X-Client-IP, CF-Connecting-IP, True-Client-IP, X-Original-Forwarded-For. */
const forwardingHeader =
  /^(?:forwarded|via|x-(?:original-)?forwarded-.*|.*-(?:real|client|connecting)-ip)$/;

/**
 * What is known of the other end. Of the headers that proxies write, only those of a proxy in TRUSTED_PROXIES are believed:
 * - the address is the one farthest right in `X-Forwarded-For` that is no trusted proxy, as everything left of it was written by
 *   somebody who is not trusted;
 * - https is what the connection itself is, what a trusted proxy says, or what PUBLIC_URL says of requests that came by it: through
 *   a trusted proxy, or with its host in `Host`. Who writes a false `Host` reads and gets a cookie that its own browser drops.
 */
export function createClientOf({
  publicUrl,
  trustedProxies,
}: Pick<Settings, "publicUrl" | "trustedProxies">): (req: IncomingMessage) => ClientFacts {
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => isListed(trusted, address);
  const site = publicUrl === null ? null : new URL(publicUrl);

  function isHttps(req: IncomingMessage, chain: ForwardedChain | null): boolean {
    if ((req.socket as Partial<TLSSocket>).encrypted === true) return true;
    const isOfSite = req.headers.host?.toLowerCase() === site?.host;
    if (site?.protocol === "https:" && (chain !== null || isOfSite)) return true;
    return chain?.protocol === "https";
  }

  return (req) => {
    const peer = addressOf(req.socket.remoteAddress ?? "") ?? "";
    const chain = isTrusted(peer) ? forwardedChain(req.headers) : null;
    return {
      address: chain ? clientAddress(peer, chain.addresses, isTrusted) : peer,
      host: chain ? hostBehindProxy(req, chain, site) : (req.headers.host ?? ""),
      isHttps: isHttps(req, chain),
      isDirectLoopback: site === null && chain === null && isLoopback(peer) && isAskedDirectly(req),
      userAgent: (req.headers["user-agent"] ?? "").slice(0, MAX_USER_AGENT_LENGTH),
    };
  };
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isListed(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** What is left of the farthest trusted proxy; its own address when what it wrote is none. */
function clientAddress(
  peer: string,
  addresses: readonly (string | null)[],
  isTrusted: (address: string) => boolean,
): string {
  let last = peer;
  for (const address of addresses.toReversed()) {
    if (address === null) return last;
    last = address;
    if (!isTrusted(address)) return last;
  }
  return last;
}

/** A proxy that puts our own address into Host and tells no other name speaks of PUBLIC_URL. */
function hostBehindProxy({ headers }: IncomingMessage, chain: ForwardedChain, site: URL | null) {
  const host = chain.host ?? headers.host ?? "";
  const name = nameIn(host);
  return site && (isIP(name) !== 0 || isLoopback(name)) ? site.host : host;
}

/** Without port and brackets; "" when it is none. */
function nameIn(host: string): string {
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, "") ?? "";
}

function isAskedDirectly({ headers }: IncomingMessage): boolean {
  const name = nameIn(headers.host ?? "");
  return isLoopback(name) && !Object.keys(headers).some((header) => forwardingHeader.test(header));
}
