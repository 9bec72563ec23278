import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** What proxies wrote of those before them, farthest first; null for a part that is no address. */
export interface ForwardedChain {
  addresses: (string | null)[];
  /** Of the connection to the nearest proxy that told it; null when none did. */
  protocol: "http" | "https" | null;
  /** The name that the person's browser asked for; null when no proxy told it. */
  host: string | null;
}

/** `X-Forwarded-For`, `-Proto` and `-Host`, or where there is none `Forwarded` (RFC 7239). To be believed of a trusted proxy alone. */
export function forwardedChain(headers: IncomingHttpHeaders): ForwardedChain {
  const elements = forwardedElements(headers.forwarded);
  const addresses = list(headers["x-forwarded-for"]);
  return {
    addresses: (addresses.length > 0
      ? addresses
      : elements.flatMap(({ for: node }) => node ?? [])
    ).map(addressOf),
    protocol: protocolOf(list(headers["x-forwarded-proto"]).at(-1) ?? elements.at(-1)?.proto),
    host: list(headers["x-forwarded-host"]).at(-1) ?? elements.at(-1)?.host ?? null,
  };
}

/** An IPv4 address that came inside IPv6 as IPv4, any other as it is; null when it is no address. */
export function addressOf(text: string): string | null {
  // [2001:db8::1]:443, 192.0.2.1:443, "_hidden", unknown
  const bare = /^\[(?<v6>[^\]]+)\](?::\d+)?$/.exec(text)?.groups?.v6 ?? text;
  const [, withoutPort] = /^(\d+(?:\.\d+){3}):\d+$/.exec(bare) ?? [];
  const address = (withoutPort ?? bare).replace(/^::ffff:(?=\d+(?:\.\d+){3}$)/i, "");
  return isIP(address) === 0 ? null : address;
}

function protocolOf(text: string | undefined): ForwardedChain["protocol"] {
  const protocol = text?.toLowerCase();
  return protocol === "http" || protocol === "https" ? protocol : null;
}

function list(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return String(header)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `for="[2001:db8::1]:4711";proto=https, for=192.0.2.60`: one element a proxy. A comma inside quotes is no address anyway. */
function forwardedElements(header: string | undefined): Record<string, string | undefined>[] {
  return list(header).map((element) => {
    const pairs = element.split(";").map((pair): [string, string] => {
      const [name = "", value = ""] = pair.split("=", 2);
      return [name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, "")];
    });
    return Object.fromEntries(pairs.filter(([name]) => ["for", "proto", "host"].includes(name)));
  });
}
