import type { WhoAmI } from "@/domain/identity/who-am-i";
import { sessionEnded } from "./actor-of";
import type { IdentityRequest } from "./identity-context";
import { clearedSessionCookie } from "./session-cookie";

const MAX_ADMINS = 5;

/**
 * Who asks. It answers strangers, so it says nothing of the system; and it answers while the database is away.
 * That a session has ended is told once: the cookie goes with the answer.
 */
export async function whoAmI(request: IdentityRequest): Promise<WhoAmI> {
  const { actor, client, identity } = request;
  const isSignedIn = actor.via === "session" && actor.id !== null;
  const [setupOpen, person] = await Promise.all([
    isSignedIn ? false : identity.setup.isOpen(),
    isSignedIn ? readPerson(identity.users, actor.id) : { name: null, admins: [] },
  ]);
  const hasEnded = actor.refusal === sessionEnded;
  if (hasEnded) request.setCookie(clearedSessionCookie({ isHttps: client.isHttps }));
  return {
    role: actor.role === "public" ? null : actor.role,
    via: actor.via,
    email: isSignedIn ? actor.name : null,
    name: actor.via === "key" ? actor.name : person.name,
    sessionEnded: hasEnded,
    setupOpen,
    oidcName: identity.oidcName,
    plainHttp: !client.isHttps && !client.isDirectLoopback,
    admins: person.admins,
  };
}

async function readPerson(
  users: IdentityRequest["identity"]["users"],
  id: string | null,
): Promise<{ name: string | null; admins: string[] }> {
  try {
    const [name, admins] = await Promise.all([
      users.readName(id ?? ""),
      users.adminEmails(MAX_ADMINS),
    ]);
    return { name, admins };
  } catch {
    return { name: null, admins: [] }; // a courtesy; the database says elsewhere that it is away
  }
}
