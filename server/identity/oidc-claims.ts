import * as z from "zod";
import { Email } from "@/domain/identity/user";
import type { OidcPerson } from "./oidc-person-store";

/** Of a token or an answer of userinfo; foreign, so whatever is odd counts as not given. */
const Claims = z.object({
  email: z.string().optional().catch(undefined),
  email_verified: z.unknown().optional(),
  name: z.string().optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
});

/** OpenID Connect Core, section 2: 255 ASCII characters at most. */
const Subject = z.string().regex(/^[\x20-\x7e]{1,255}$/);

const MAX_NAME_LENGTH = 80;

/**
 * The person in claims of one place, already checked for signature, issuer, audience and time; null when the subject is not of the
 * form that the standard asks for.
 */
export function personOf(
  identity: { issuer: string; subject: string },
  claims: unknown,
): OidcPerson | null {
  if (!Subject.safeParse(identity.subject).success) return null;
  const read = Claims.safeParse(claims);
  const { email, email_verified, name, preferred_username } = read.success
    ? read.data
    : ({} as Partial<z.infer<typeof Claims>>);
  return {
    ...identity,
    // `true` alone: the text "true", or nothing said, is no promise.
    verifiedEmail: email_verified === true ? addressOf(email) : null,
    name: nameOf(name ?? preferred_username ?? ""),
  };
}

/**
 * Plain ASCII only: lower case turns some other letters into ASCII ones (K, the sign for kelvin, into k), and an address that is
 * somebody else's at the provider would become that of an account here.
 */
function addressOf(email: string | undefined): string | null {
  if (email === undefined || !/^[\x21-\x7e]+$/.test(email)) return null;
  return Email.safeParse(email).data ?? null;
}

function nameOf(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "").trim();
  return Array.from(plain).slice(0, MAX_NAME_LENGTH).join("");
}
