import type { IncomingMessage } from "node:http";
import type { ClientFacts } from "@/server/http/client-facts";
import { keysInHeaders } from "@/server/http/key-headers";
import { KEY_PROTOCOL } from "@/server/http/upgrade-listener";
import { sessionCookieName } from "./session-cookie";

/** What a request carries to say who asks. */
export type Credential =
  | { kind: "none" }
  | { kind: "session"; token: string }
  | { kind: "key"; token: string; isInAddress: boolean }
  /** It cannot be taken; a sentence that says what to do. */
  | { kind: "refused"; message: string };

const MAX_KEY_LENGTH = 512;

/**
 * The session cookie, or a key: `Authorization: Bearer KEY` or `X-API-Key: KEY`; in a WebSocket handshake also the sub-protocol
 * `api-key.KEY` or `?api_key=KEY`. Who sends two different ones is refused, rather than taken for whom they did not mean to be.
 */
export function credentialOf(req: IncomingMessage, client: ClientFacts): Credential {
  const { headers } = req;
  const sessions = cookies(headers.cookie, sessionCookieName(client.isHttps));
  const isHandshake = headers.upgrade !== undefined;
  const inAddress = isHandshake ? addressKeys(req.url) : [];
  const inProtocol = isHandshake ? protocolKeys(headers["sec-websocket-protocol"]) : [];
  const keys = new Set([...keysInHeaders(headers), ...inProtocol, ...inAddress]);
  if (sessions.length > 1)
    return refused("Two session cookies came. Delete the cookies of this site and sign in again.");
  if (keys.size > 1) return refused("Two different API keys came. Send one.");
  const [session] = sessions;
  const [key] = keys;
  if (session !== undefined && key !== undefined)
    return refused("A session cookie and an API key came. Send one of them.");
  if (session !== undefined) return { kind: "session", token: session };
  if (key === undefined) return { kind: "none" };
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > MAX_KEY_LENGTH)
    return refused("What came as an API key is none. Send Authorization: Bearer KEY.");
  return { kind: "key", token: key, isInAddress: inAddress.length > 0 };
}

function refused(message: string): Credential {
  return { kind: "refused", message };
}

function protocolKeys(header: string | undefined): string[] {
  return (header ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name.startsWith(KEY_PROTOCOL))
    .map((name) => name.slice(KEY_PROTOCOL.length));
}

function addressKeys(url: string | undefined): string[] {
  const mark = url?.indexOf("?") ?? -1;
  return mark < 0 ? [] : new URLSearchParams(url?.slice(mark + 1)).getAll("api_key");
}

/** Every value of a cookie, as it came (RFC 6265, section 5.4, joins pairs with `; `). */
function cookies(header: string | undefined, name: string): string[] {
  if (header === undefined) return [];
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
