import type { IncomingMessage } from "node:http";
import type { KeyKind } from "@/domain/identity/api-key";
import type { Settings } from "@/server/env";
import type { ClientFacts } from "@/server/http/client-facts";
import { type Actor, isAtLeast, keyGrants, nobody, type Refusal } from "@/server/policy/policy";
import type { CredentialCache } from "./credential-cache";
import type { CredentialFile } from "./credential-file";
import { type Credential, credentialOf } from "./credential-of";
import type { KeyRow, SessionRow } from "./credential-store";
import { kindOf, roleOf } from "./credential-validity";

export type ActorSettings = Pick<
  Settings,
  "anonymousRole" | "metricsAccess" | "promptContentRole" | "sessionIdleMs"
>;

interface Parts {
  credentials: CredentialCache;
  keyFile: CredentialFile;
  settings: ActorSettings;
  nowMs: () => number;
}

/** Ids of the key in INITIAL_ADMIN_KEY_FILE: no row has them. */
export const KEY_FILE_ID = "initial-admin-key-";
/** Of the requests that bring a session which no longer holds, and of no others. */
export const sessionEnded: Refusal = {
  code: "UNAUTHENTICATED",
  message: "Your session has ended. Sign in again.",
};
/** A key that reads can be spared when an address is written down somewhere; no other may be in one. */
const addressKinds: readonly KeyKind[] = ["read", "viewer"];
/** Others were never handed out, so the database need not be asked. */
const ISSUED_KEY = /^sl_[a-z]{2,8}_[\dA-Za-z]{43}$/;
const ISSUED_TOKEN = /^[\dA-Za-z]{43}$/;

/**
 * Who asks. At once for whom was seen within the last 2 s, else by one look into the database.
 * Rejects with UNAVAILABLE when that cannot be done and nobody knows whom it is.
 */
export function createActorOf(parts: Parts) {
  return (req: IncomingMessage, client: ClientFacts): Actor | Promise<Actor> => {
    const credential = credentialOf(req, client);
    switch (credential.kind) {
      case "none":
        return anonymous(client, parts.settings);
      case "refused":
        return refuse(client, credential.message);
      case "session": {
        const row = rowOf(credential.token, ISSUED_TOKEN, parts.credentials.sessions);
        return row instanceof Promise
          ? row.then((found) => sessionActor(found, client, parts))
          : sessionActor(row, client, parts);
      }
      case "key":
        return keyHolder(credential, client, parts);
    }
  };
}

function rowOf<Row>(
  token: string,
  issued: RegExp,
  lookup: { get: (token: string) => Row | null | Promise<Row | null> },
): Row | null | Promise<Row | null> {
  return issued.test(token) ? lookup.get(token) : null;
}

/** Whoever shows no credential. */
function anonymous(client: ClientFacts, settings: ActorSettings): Actor {
  const { anonymousRole, metricsAccess } = settings;
  const isViewer = anonymousRole === null ? client.isDirectLoopback : anonymousRole === "viewer";
  return {
    ...nobody,
    role: isViewer ? "viewer" : "public",
    mayReadMetrics: metricsAccess === null ? client.isDirectLoopback : metricsAccess === "open",
    address: client.address,
  };
}

/** A key that is not taken gives nothing, also where nobody needs one: who sends it must learn of it. */
function refuse({ address }: ClientFacts, message: string): Actor {
  return { ...nobody, address, refusal: { code: "UNAUTHENTICATED", message } };
}

function sessionActor(row: SessionRow | null, client: ClientFacts, parts: Parts): Actor {
  const { credentials, settings, nowMs } = parts;
  const role =
    row &&
    roleOf(row, {
      nowMs: nowMs(),
      idleMs: credentials.usage.idleMs(row),
      maxIdleMs: settings.sessionIdleMs,
    });
  if (!row || !role) return { ...anonymous(client, settings), refusal: sessionEnded };
  credentials.usage.sessionUsed(row);
  return {
    ...nobody,
    role,
    via: "session",
    id: row.userId,
    name: row.email,
    sessionId: row.id,
    mayReadMetrics: true,
    mayReadPrompts: isAtLeast(role, settings.promptContentRole),
    address: client.address,
  };
}

function keyHolder(
  credential: Extract<Credential, { kind: "key" }>,
  client: ClientFacts,
  parts: Parts,
): Actor | Promise<Actor> {
  const edition = parts.keyFile.editionOf(credential.token);
  const make = (key: Pick<KeyRow, "id" | "name"> | null, kind: KeyKind | null): Actor => {
    if (!key || !kind)
      return refuse(client, "This API key is not known here, has expired or was revoked.");
    if (credential.isInAddress && !addressKinds.includes(kind))
      return refuse(client, "An address may hold a key of the kind read or viewer, and no other.");
    return keyActor(key, kind, { client, settings: parts.settings });
  };
  if (edition !== null)
    return make({ id: `${KEY_FILE_ID}${edition}`, name: "INITIAL_ADMIN_KEY_FILE" }, "admin");
  const taken = (row: KeyRow | null): Actor => {
    const kind = row && kindOf(row, parts.nowMs());
    if (row && kind) parts.credentials.usage.keyUsed(row.id);
    return make(row, kind);
  };
  const row = rowOf(credential.token, ISSUED_KEY, parts.credentials.keys);
  return row instanceof Promise ? row.then(taken) : taken(row);
}

function keyActor(
  { id, name }: Pick<KeyRow, "id" | "name">,
  kind: KeyKind,
  { client, settings }: { client: ClientFacts; settings: ActorSettings },
): Actor {
  const mayAsk = kind === "operator" || kind === "admin";
  return {
    ...nobody,
    ...keyGrants[kind],
    via: "key",
    id,
    name,
    keyKind: kind,
    mayReadPrompts: mayAsk && isAtLeast(kind, settings.promptContentRole),
    address: client.address,
  };
}
