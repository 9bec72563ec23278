export type PasswordStrength = "weak" | "fair" | "strong";

const FAIR_BITS = 45;
const STRONG_BITS = 70;
const REPEATED_BITS = 1;
/** What guessing begins with. Each counts as one character, wherever it stands. */
const firstGuesses =
  /password|passwort|passw0rd|qwert[yz]|asdf(?:gh)?|letmein|welcome|admin|sightline|changeme|secret|iloveyou|monkey|dragon/gi;

const kinds = [
  { pattern: /\p{Ll}/u, size: 26 },
  { pattern: /\p{Lu}/u, size: 26 },
  { pattern: /\d/, size: 10 },
  { pattern: /[^\p{L}\d]/u, size: 33 },
];

/**
 * A rough guess of how many tries a password stands, for a word beside the field; nothing is refused by it. Characters that repeat or
 * go on a row (aaa, 123), the owner's address and what guessing begins with count for next to nothing.
 */
export function passwordStrength(password: string, email: string): PasswordStrength {
  const [own = ""] = email.toLowerCase().split("@", 1);
  const isOwn = own.length >= 3 && password.toLowerCase().includes(own);
  const rest = (isOwn ? password.toLowerCase().replaceAll(own, "x") : password).replace(
    firstGuesses,
    "x",
  );
  const bits = bitsOf(rest);
  if (bits < FAIR_BITS) return "weak";
  return bits < STRONG_BITS ? "fair" : "strong";
}

function bitsOf(text: string): number {
  const size = kinds.reduce((sum, kind) => sum + (kind.pattern.test(text) ? kind.size : 0), 0);
  const codes = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const isFound = (code: number, index: number) =>
    codes.slice(0, index).includes(code) || Math.abs(code - (codes[index - 1] ?? -9)) === 1;
  return codes.reduce(
    (sum, code, index) => sum + (isFound(code, index) ? REPEATED_BITS : Math.log2(size)),
    0,
  );
}
