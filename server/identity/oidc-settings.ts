import type { Settings } from "@/server/env";
import { AppError } from "@/server/errors";
import { readSecretFile } from "./read-secret-file";

/** The provider and this portal's place at it. */
export interface OidcSettings {
  issuer: URL;
  clientId: string;
  /** Null: a public client. */
  secretFile: string | null;
  /** Origin that people open. */
  publicUrl: string;
  /** Null: a person without an account is refused. */
  defaultRole: "viewer" | "operator" | null;
}

type Given = Pick<
  Settings,
  "oidcIssuer" | "oidcClientId" | "oidcClientSecretFile" | "oidcDefaultRole" | "publicUrl"
>;

/**
 * Null when no provider is set. Throws an AppError INVALID with one sentence when the issuer is no address, or the secret cannot be
 * read: at the start, so that the operator sees it and not the first person who signs in.
 */
export function readOidcSettings(given: Given): OidcSettings | null {
  const { oidcIssuer, oidcClientId, publicUrl } = given;
  if (oidcIssuer === null || oidcClientId === null || publicUrl === null) return null;
  const issuer = parseIssuer(oidcIssuer);
  if (given.oidcClientSecretFile !== null) readClientSecret(given.oidcClientSecretFile);
  return {
    issuer,
    clientId: oidcClientId,
    secretFile: given.oidcClientSecretFile,
    publicUrl,
    defaultRole: given.oidcDefaultRole,
  };
}

/** What the button of the sign-in page says: OIDC_NAME, or the host of the provider. Null: there is none. */
export function describeProvider(given: Pick<Settings, "oidcIssuer" | "oidcName">): string | null {
  if (given.oidcIssuer === null) return null;
  return given.oidcName ?? URL.parse(given.oidcIssuer)?.hostname ?? given.oidcIssuer;
}

function parseIssuer(text: string): URL {
  const url = URL.parse(text);
  const isAddress = url?.protocol === "https:" || url?.protocol === "http:";
  // OpenID Connect Discovery, section 4.1: an issuer has neither query nor fragment.
  if (url && isAddress && url.search === "" && url.hash === "" && url.username === "") return url;
  throw new AppError(
    "INVALID",
    "OIDC_ISSUER is not the http or https address of an issuer: copy it from the provider, without what follows after /.well-known.",
  );
}

/**
 * Read at each use, so that a changed secret counts without a start. Throws an AppError whose sentence names the setting and never
 * the secret.
 */
export function readClientSecret(file: string): string {
  const setting = { name: "OIDC_CLIENT_SECRET_FILE", instead: "or remove the setting" };
  const secret = readSecretFile(file, setting).trim();
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new AppError(
    "INVALID",
    "The file of OIDC_CLIENT_SECRET_FILE must hold the client secret on one line, and nothing else.",
  );
}
