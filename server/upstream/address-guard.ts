import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

// Loopback and private addresses are where most services of a self-hoster live: they stay allowed. What is refused
// reaches a cloud's metadata service, or is no address of one host.
const refused = new BlockList();
refused.addSubnet("0.0.0.0", 8, "ipv4");
refused.addSubnet("169.254.0.0", 16, "ipv4");
refused.addSubnet("224.0.0.0", 3, "ipv4"); // multicast, reserved, broadcast
refused.addAddress("100.100.100.200", "ipv4"); // Alibaba Cloud
refused.addAddress("168.63.129.16", "ipv4"); // Azure
refused.addAddress("192.0.0.192", "ipv4"); // Oracle Cloud
refused.addAddress("::", "ipv6");
refused.addSubnet("fe80::", 10, "ipv6");
refused.addSubnet("ff00::", 8, "ipv6");
refused.addAddress("fd00:ec2::254", "ipv6"); // AWS
// Forms that carry an IPv4 address inside: nothing of ours is reached through them. (::ffff:0:0/96 is unpacked by BlockList.)
refused.addSubnet("::", 96, "ipv6"); // IPv4-compatible; ::1 is let through below
refused.addSubnet("64:ff9b::", 96, "ipv6"); // NAT64
refused.addSubnet("2002::", 16, "ipv6"); // 6to4

const metadataNames = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** Whether a request may go to this IP address (text of a v4 or v6 address, a zone behind `%` is ignored). */
export function isAllowedAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  const version = isIP(plain);
  if (version === 0) return false;
  if (plain === "::1") return true;
  return !refused.check(plain, version === 6 ? "ipv6" : "ipv4");
}

/** Whether a host name or address, as `URL.hostname` gives it, may be asked at all. A name is checked again when it is resolved. */
export function isAllowedHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (host === "") return false;
  return isIP(host) === 0 ? !metadataNames.has(host) : isAllowedAddress(host);
}

/** The code of the error with which a connection to a refused address ends. */
export const REFUSED_ADDRESS = "SIGHTLINE_REFUSED_ADDRESS";

type Resolve = (
  hostname: string,
  options: { all: true; family: number; hints: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for `net.connect` that checks what a name resolves to at the moment of connecting: the socket gets exactly the
 * checked addresses, so a name that changes its address between two look-ups gains nothing.
 */
export function guardedLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    const family = options.family === "IPv4" ? 4 : options.family === "IPv6" ? 6 : options.family;
    const wanted = { all: true, family: family ?? 0, hints: options.hints ?? 0 } as const;
    resolve(hostname, wanted, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isAllowedAddress(address))) {
        callback(Object.assign(new Error("refused address"), { code: REFUSED_ADDRESS }), []);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
