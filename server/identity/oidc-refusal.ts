import type { SignInProblem } from "@/domain/identity/sign-in-problem";
import { isAppError } from "@/server/errors";

/** Why nobody is signed in. The problem goes to the person as a code; the message is a sentence of ours for the log. */
export class OidcRefusal extends Error {
  readonly problem: SignInProblem;

  constructor(problem: SignInProblem, message: string) {
    super(message);
    this.name = "OidcRefusal";
    this.problem = problem;
  }
}

/** Codes of openid-client for answers that no attacker makes: the provider is broken, or its settings and ours do not match. */
const brokenProvider = new Set([
  "OAUTH_TIMEOUT",
  "OAUTH_ABORT",
  "OAUTH_RESPONSE_IS_NOT_CONFORM",
  "OAUTH_RESPONSE_IS_NOT_JSON",
  "OAUTH_HTTP_REQUEST_FORBIDDEN",
  "OAUTH_REQUEST_PROTOCOL_FORBIDDEN",
  "OAUTH_MISSING_SERVER_METADATA",
  "OAUTH_INVALID_SERVER_METADATA",
  "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
]);

/** Errors by which a provider says that it does not know this portal, whoever wants to sign in. */
const unknownClient = new Set(["invalid_client", "unauthorized_client"]);

/**
 * What an error of openid-client means. Nothing of its text is kept: answers and tokens hang on it. `host` is the provider's.
 */
export function refusalOf(error: unknown, host: string): OidcRefusal {
  if (error instanceof OidcRefusal) return error;
  const upstream = causesOf(error).find(isAppError);
  if (upstream) return new OidcRefusal("provider-away", upstream.message);
  const { code, error: answered } = partsOf(error);
  if (code === "OAUTH_AUTHORIZATION_RESPONSE_ERROR")
    return new OidcRefusal("provider-refused", `${host} answered with an error.`);
  if (unknownClient.has(answered))
    return new OidcRefusal(
      "provider-away",
      `${host} does not take OIDC_CLIENT_ID with the secret in OIDC_CLIENT_SECRET_FILE.`,
    );
  if (brokenProvider.has(code))
    return new OidcRefusal("provider-away", `${host} answered what the protocol does not allow.`);
  return new OidcRefusal(
    "invalid-answer",
    `What came back from ${host} is not valid (${/^OAUTH_\w{1,60}$/.test(code) ? code : "no code"}).`,
  );
}

/** The error and what caused it, outermost first. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let one = error; one instanceof Error && found.length < 5; one = one.cause) found.push(one);
  return found;
}

function partsOf(error: unknown): { code: string; error: string } {
  const { code, error: answered } = (error ?? {}) as { code?: unknown; error?: unknown };
  return {
    code: typeof code === "string" ? code : "",
    error: typeof answered === "string" ? answered : "",
  };
}
