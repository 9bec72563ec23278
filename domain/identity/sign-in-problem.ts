// Free of zod: the sign-in page imports it.

/** Why signing in by an OpenID provider led back to `/sign-in?problem=…`. Codes alone: no text from outside is shown. */
export const signInProblems = [
  /** No provider is set up here. */
  "not-offered",
  /** The provider does not answer, or not in the way that the protocol asks. */
  "provider-away",
  /** The provider refused, or the person broke off there. */
  "provider-refused",
  /** The attempt is older than ten minutes, was used already, or began in another browser. */
  "expired",
  /** What came back does not belong to this portal, this attempt or this provider. */
  "invalid-answer",
  /** The provider does not say that the e-mail address is verified, and no account is linked yet. */
  "unverified",
  /** Nobody here has that address. */
  "no-account",
  /** The account with that address belongs to another person of the same provider. */
  "already-linked",
  /** The account is disabled. */
  "disabled",
  /** Too many sign-ins at once or from one address, or the portal cannot read its accounts now. */
  "unavailable",
] as const;
export type SignInProblem = (typeof signInProblems)[number];
