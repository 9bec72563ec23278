import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";

export const ATTEMPT_PATH = "/api/auth/oidc";
const ATTEMPT_LIFE_MS = 600_000;
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MAX_SEALED_LENGTH = 3_500;

/** One way from the sign-in page to the provider and back. Its secrets are in the browser's cookie alone, sealed. */
const OidcAttempt = z.object({
  id: z.uuid(),
  /** Comes back in the address; binds the answer to this browser. */
  state: z.string(),
  /** Comes back in the token; binds the token to this attempt. */
  nonce: z.string(),
  /** Proves to the provider that who brings the code also asked for it (RFC 7636). */
  verifier: z.string(),
  returnTo: z.string(),
  expiresAtMs: z.number(),
});
export type OidcAttempt = z.infer<typeof OidcAttempt>;

export function newAttempt(returnTo: string, nowMs: number): OidcAttempt {
  const secret = () => randomBytes(32).toString("base64url");
  return {
    id: randomUUID(),
    state: secret(),
    nonce: secret(),
    verifier: secret(),
    returnTo,
    expiresAtMs: nowMs + ATTEMPT_LIFE_MS,
  };
}

/** base64url of nonce, tag and text by AES-256-GCM. `purpose` (provider and client) must be the same when it is opened. */
export function sealAttempt(attempt: OidcAttempt, key: Uint8Array, purpose: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(purpose));
  const text = Buffer.concat([cipher.update(JSON.stringify(attempt)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString("base64url");
}

/** Null when it was not sealed here for that purpose, or has expired. */
export function openAttempt(
  sealed: string,
  { key, purpose, nowMs }: { key: Uint8Array; purpose: string; nowMs: number },
): OidcAttempt | null {
  if (sealed.length > MAX_SEALED_LENGTH) return null;
  const bytes = Buffer.from(sealed, "base64url");
  const start = NONCE_BYTES + TAG_BYTES;
  if (bytes.length <= start) return null;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(NONCE_BYTES, start));
    const text = Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]);
    const attempt = OidcAttempt.parse(JSON.parse(text.toString("utf8")));
    return attempt.expiresAtMs > nowMs ? attempt : null;
  } catch {
    return null; // another key, another purpose, or no seal of ours
  }
}

/** The Set-Cookie header that keeps a sealed attempt. Only one of the two names is ever taken. */
export function attemptCookie(sealed: string, isHttps: boolean): string {
  return write(sealed, ATTEMPT_LIFE_MS / 1_000, isHttps);
}

export function clearedAttemptCookie(isHttps: boolean): string {
  return write("", 0, isHttps);
}

/** The sealed attempt in a header Cookie; null when there is none, or more than one: then somebody else has put one there. */
export function attemptIn(header: string | null, isHttps: boolean): string | null {
  const start = `${cookieName(isHttps)}=`;
  const found = (header ?? "").split(";").flatMap((pair) => {
    const trimmed = pair.trim();
    return trimmed.startsWith(start) ? [trimmed.slice(start.length)] : [];
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Lax, not Strict: the way back from the provider is a navigation from another site. */
function write(value: string, maxAgeSeconds: number, isHttps: boolean): string {
  const flags = `HttpOnly; SameSite=Lax${isHttps ? "; Secure" : ""}`;
  return `${cookieName(isHttps)}=${value}; Path=${ATTEMPT_PATH}; ${flags}; Max-Age=${maxAgeSeconds}`;
}

/** `__Secure-` and not `__Host-`, which asks for the path `/`: this cookie goes to no other address. */
function cookieName(isHttps: boolean): string {
  return isHttps ? "__Secure-sightline-oidc" : "sightline-oidc";
}
