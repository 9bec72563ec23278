import { timingSafeEqual } from "node:crypto";
import { returnPathOf } from "@/domain/identity/return-path";
import type { SignInProblem } from "@/domain/identity/sign-in-problem";
import { auditOriginOf, type AuditOrigin } from "@/server/audit";
import { isAppError } from "@/server/errors";
import type { Route, RouteAnswer, RouteRequest } from "@/server/http/route";
import type { Logger } from "@/server/logger";
import { nobody } from "@/server/policy/policy";
import {
  ATTEMPT_PATH,
  attemptCookie,
  attemptIn,
  clearedAttemptCookie,
  newAttempt,
  type OidcAttempt,
  openAttempt,
  sealAttempt,
} from "./oidc-attempt";
import type { OidcAttemptStore } from "./oidc-attempt-store";
import type { OidcPersonStore } from "./oidc-person-store";
import type { OidcProvider } from "./oidc-provider";
import { OidcRefusal } from "./oidc-refusal";
import type { OidcSettings } from "./oidc-settings";
import type { Entry, OpenedSession } from "./open-session";
import { hashToken } from "./secret-token";

export interface OidcParts {
  settings: OidcSettings;
  provider: OidcProvider;
  attempts: OidcAttemptStore;
  persons: OidcPersonStore;
  /** Counts an answer for the address that it came from. Throws TOO_MANY. */
  takeTry: (address: string, origin: AuditOrigin) => Promise<void>;
  /** The one way in; null when the account is gone or disabled. */
  openSession: (entry: Entry) => Promise<OpenedSession | null>;
  logger: Pick<Logger, "debug" | "info" | "warn">;
  nowMs: () => number;
}

/**
 * Signing in by an OpenID provider: `/start` sends the browser there, `/callback` takes what it brings back. Both answer with a
 * redirect, also when nobody is signed in: to `/sign-in?problem=…`. Null: no provider is set, and both say so.
 */
export function oidcRoutes(parts: OidcParts | null): Route[] {
  return [
    {
      method: "GET",
      path: `${ATTEMPT_PATH}/start`,
      policy: "public",
      handle: (request) => (parts ? start(parts, request) : redirectToSignIn("not-offered")),
    },
    {
      method: "GET",
      path: `${ATTEMPT_PATH}/callback`,
      policy: "public",
      handle: (request) => (parts ? finish(parts, request) : redirectToSignIn("not-offered")),
    },
  ];
}

async function start(parts: OidcParts, request: RouteRequest): Promise<RouteAnswer> {
  const { provider, attempts, settings, nowMs } = parts;
  const attempt = newAttempt(returnPathOf(request.query.get("return_to")), nowMs());
  try {
    const address = await provider.begin(attempt);
    const sealed = sealAttempt(attempt, await attempts.sealingKey(), purposeOf(settings));
    return redirect(address, [attemptCookie(sealed, isHttps(settings))]);
  } catch (error) {
    return redirectToSignIn(problemOf(error, parts, request), { returnTo: attempt.returnTo });
  }
}

async function finish(parts: OidcParts, request: RouteRequest): Promise<RouteAnswer> {
  const cleared = clearedAttemptCookie(isHttps(parts.settings));
  let returnTo = "/";
  try {
    const attempt = await attemptOf(parts, request);
    ({ returnTo } = attempt);
    // Each answer costs the provider a request, also a made-up one.
    await parts.takeTry(request.client.address, auditOriginOf({ ...request, nowMs: parts.nowMs }));
    const session = await signIn(parts, { attempt, request });
    return redirect(returnTo, [session, cleared]);
  } catch (error) {
    const setCookies = [cleared];
    return redirectToSignIn(problemOf(error, parts, request), { returnTo, setCookies });
  }
}

/** The attempt of this browser that this answer belongs to, taken once. */
async function attemptOf(parts: OidcParts, { cookie, query }: RouteRequest): Promise<OidcAttempt> {
  const { attempts, settings, nowMs } = parts;
  const sealed = attemptIn(cookie, isHttps(settings));
  if (sealed === null) throw new OidcRefusal("expired", "There is no cookie of an attempt.");
  const key = await attempts.sealingKey();
  const attempt = openAttempt(sealed, { key, purpose: purposeOf(settings), nowMs: nowMs() });
  if (!attempt) throw new OidcRefusal("expired", "The attempt has expired, or is none of ours.");
  if (!isSame(query.get("state") ?? "", attempt.state))
    throw new OidcRefusal("expired", "The answer belongs to another attempt.");
  if (!(await attempts.use(attempt, nowMs())))
    throw new OidcRefusal("expired", "The attempt was answered before.");
  return attempt;
}

/** The Set-Cookie header of the new session. */
async function signIn(
  parts: OidcParts,
  { attempt, request }: { attempt: OidcAttempt; request: RouteRequest },
): Promise<string> {
  const { provider, persons, openSession, settings, nowMs } = parts;
  const { client, actor, requestId } = request;
  const person = await provider.finish(request.query, attempt);
  // The provider's word makes or links an account, whoever was signed in before.
  const actorOfAudit = { ...nobody, name: "oidc", address: client.address };
  const origin = auditOriginOf({ actor: actorOfAudit, requestId, nowMs });
  const admission = await persons.admit(person, {
    defaultRole: settings.defaultRole,
    origin: { ...origin, actorKind: "system" },
  });
  if ("problem" in admission)
    throw new OidcRefusal(admission.problem, "The person may not sign in here.");
  const session = await openSession({
    userId: admission.userId,
    method: "oidc",
    passwordHash: null,
    client,
    replacesId: actor.sessionId,
    nowMs: nowMs(),
  });
  if (session === null) throw new OidcRefusal("disabled", "The account was disabled meanwhile.");
  return session.cookie;
}

const logged = new WeakSet<OidcRefusal>();
const levels: Partial<Record<SignInProblem, "debug" | "warn">> = {
  expired: "debug", // also what any stranger gets who opens the address
  "provider-away": "warn",
  unavailable: "warn",
};

/** What the person is told; the log is told more, but nothing that came from outside. */
function problemOf(
  error: unknown,
  { logger }: OidcParts,
  { requestId }: RouteRequest,
): SignInProblem {
  if (!(error instanceof OidcRefusal)) {
    if (isAppError(error) && error.code === "TOO_MANY") return "unavailable"; // the audit has it
    logger.warn({ err: error, requestId }, "Signing in by the provider failed");
    return "unavailable";
  }
  const { problem, message } = error;
  // While the provider is left alone, all who come get the failure of before, and strangers can fill no log.
  if (logged.has(error)) return problem;
  logged.add(error);
  logger[levels[problem] ?? "info"](
    { problem, reason: message, requestId },
    "Nobody was signed in by the provider",
  );
  return problem;
}

function redirectToSignIn(
  problem: SignInProblem,
  { returnTo = "/", setCookies = [] }: { returnTo?: string; setCookies?: string[] } = {},
): RouteAnswer {
  const query = new URLSearchParams({ problem, ...(returnTo !== "/" && { return_to: returnTo }) });
  return redirect(`/sign-in?${query.toString()}`, setCookies);
}

function redirect(location: string, setCookies: readonly string[]): RouteAnswer {
  return {
    status: 303,
    contentType: "text/plain; charset=utf-8",
    headers: { Location: location },
    setCookies,
    body: "",
  };
}

/** A sealed attempt is for one provider and client: after a change of the settings it is none of ours. */
function purposeOf({ issuer, clientId }: OidcSettings): string {
  return JSON.stringify([issuer.href, clientId]);
}

function isHttps({ publicUrl }: OidcSettings): boolean {
  return publicUrl.startsWith("https:");
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hashToken(given), hashToken(expected));
}
