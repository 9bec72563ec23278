import { isIPv6 } from "node:net";

const GROUPS_OF_NETWORK = 4;
const GROUPS = 8;

/** What counts as one address: itself, or of IPv6 its /64, since whoever has one has them all. Any other text stays as it is. */
export function addressGroup(address: string): string {
  const [bare = ""] = address.split("%", 1);
  if (!isIPv6(bare)) return address;
  // The URL parser writes every form of an address in the same way.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, GROUPS_OF_NETWORK).join(":")}::/64`;
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
