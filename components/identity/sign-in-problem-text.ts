import { type SignInProblem, signInProblems } from "@/domain/identity/sign-in-problem";

/** Title and rest of a sentence for each code that signing in by a provider may come back with. */
const texts: Readonly<Record<SignInProblem, readonly [string, string]>> = {
  "not-offered": ["Not offered here.", "Sign in with e-mail address and password."],
  "provider-away": [
    "The provider does not answer.",
    "Try again in a minute, or sign in with a password. An admin finds the cause in the log.",
  ],
  "provider-refused": ["The provider refused.", "Or you broke off there. Try again."],
  expired: [
    "It took too long.",
    "A sign-in has ten minutes, works once, and ends in the browser where it began. Try again.",
  ],
  "invalid-answer": [
    "The provider's answer is not valid.",
    "Nobody was signed in. Try again; if it stays, tell an admin.",
  ],
  unverified: [
    "Your e-mail address is not verified.",
    "Verify it at the provider, then try again.",
  ],
  "no-account": [
    "You have no account here.",
    "Ask an admin of this portal for one, with the address that the provider knows.",
  ],
  "already-linked": [
    "That account belongs to somebody else.",
    "Another person of this provider signs in to it. Ask an admin.",
  ],
  disabled: ["Your account is disabled.", "Ask an admin of this portal."],
  unavailable: ["Signing in does not work now.", "Try again in a minute."],
};

/** What a code of `?problem=` means; null for none and for what is no code of ours. */
export function signInProblemText(code: string | null): readonly [string, string] | null {
  const known = signInProblems.find((problem) => problem === code);
  return known === undefined ? null : texts[known];
}
