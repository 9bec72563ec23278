import type { SettingProblem, Settings } from "./env.ts";
import { row } from "./setting-row.ts";
import {
  anonymousRole,
  decimal,
  emailAddress,
  metricsAccess,
  oidcDefaultRole,
  path,
  promptContentRole,
  proxies,
  publicUrl,
  shortText,
} from "./setting-schemas.ts";

// Who gets in, and by what. Loaded by the start script without a build, as env.ts is.

export const identitySettingRows = [
  row({
    name: "PUBLIC_URL",
    default: "",
    range: "an http or https address without a path",
    meaning:
      "The address that people open. It decides links, Origin checks, and with https the Secure cookie. Unset: whatever name a request came by.",
    key: "publicUrl",
    schema: publicUrl,
    whenUnset: null,
  }),
  row({
    name: "TRUSTED_PROXIES",
    default: "",
    range: "a comma separated list of addresses and networks (10.0.0.0/8), 64 at most",
    meaning: "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. Unset: none.",
    key: "trustedProxies",
    schema: proxies,
    whenUnset: [],
  }),
  row({
    name: "ANONYMOUS_ROLE",
    default: "",
    range: "viewer or none",
    meaning:
      "What somebody who has not signed in may do. Unset: read, in direct requests of this machine while PUBLIC_URL is unset; nothing for all others.",
    key: "anonymousRole",
    schema: anonymousRole,
    whenUnset: null,
  }),
  row({
    name: "METRICS_ACCESS",
    default: "",
    range: "open or key",
    meaning:
      "Whether /metrics needs a read key. Unset: open for direct requests of this machine, with a key for all others.",
    key: "metricsAccess",
    schema: metricsAccess,
    whenUnset: null,
  }),
  row({
    name: "PROMPT_CONTENT_ROLE",
    default: "operator",
    range: "viewer, operator or admin",
    meaning: "The role from which on stored prompt text may be read.",
    key: "promptContentRole",
    schema: promptContentRole,
    whenUnset: "operator",
  }),
  row({
    name: "SESSION_IDLE_HOURS",
    default: "12",
    range: "0.1 to 720",
    meaning: "A sign-in that is not used for this long ends.",
    key: "sessionIdleMs",
    schema: decimal({ min: 0.1, max: 720, factor: 3_600_000 }),
    whenUnset: 43_200_000,
  }),
  row({
    name: "SESSION_MAX_DAYS",
    default: "7",
    range: "0.1 to 365",
    meaning: "A sign-in ends after this long, however it is used.",
    key: "sessionMaxMs",
    schema: decimal({ min: 0.1, max: 365, factor: 86_400_000 }),
    whenUnset: 604_800_000,
  }),
  row({
    name: "ADMIN_EMAIL",
    default: "",
    range: "an e-mail address, together with ADMIN_PASSWORD_FILE",
    meaning: "Makes the first admin without the setup page, once, while there is none.",
    key: "adminEmail",
    schema: emailAddress,
    whenUnset: null,
  }),
  row({
    name: "ADMIN_PASSWORD_FILE",
    default: "",
    range: "the path of a file with a password of 12 characters or more",
    meaning: "The first password of that admin.",
    key: "adminPasswordFile",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "INITIAL_ADMIN_KEY_FILE",
    default: "",
    range: "the path of a file with a key of 32 characters or more",
    meaning:
      "An API key of the role admin that you made, sent as Authorization: Bearer KEY. It is valid while the file names it.",
    key: "initialAdminKeyFile",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "OIDC_ISSUER",
    default: "",
    range: "an http or https address, together with OIDC_CLIENT_ID",
    meaning: "Signing in by an OpenID provider: its issuer address. PUBLIC_URL must be set.",
    key: "oidcIssuer",
    schema: shortText,
    whenUnset: null,
  }),
  row({
    name: "OIDC_CLIENT_ID",
    default: "",
    range: "a text",
    meaning: "The name of this portal at that provider.",
    key: "oidcClientId",
    schema: shortText,
    whenUnset: null,
  }),
  row({
    name: "OIDC_CLIENT_SECRET_FILE",
    default: "",
    range: "the path of a file",
    meaning: "The secret of this portal at that provider. Unset: it is a public client.",
    key: "oidcClientSecretFile",
    schema: path,
    whenUnset: null,
  }),
  row({
    name: "OIDC_NAME",
    default: "",
    range: "a text",
    meaning: "What the button of the sign-in page calls the provider. Unset: its host name.",
    key: "oidcName",
    schema: shortText,
    whenUnset: null,
  }),
  row({
    name: "OIDC_DEFAULT_ROLE",
    default: "",
    range: "viewer or operator",
    meaning:
      "The role of somebody whom the provider knows, with a verified address, and who has no account here yet. Unset: an admin makes the account first.",
    key: "oidcDefaultRole",
    schema: oidcDefaultRole,
    whenUnset: null,
  }),
] as const;

/** Settings that are of use only together. */
export function identityProblems(settings: Partial<Settings>): SettingProblem[] {
  const { adminEmail, adminPasswordFile, oidcIssuer, oidcClientId, publicUrl } = settings;
  return [
    ...missing("ADMIN_PASSWORD_FILE", adminPasswordFile, {
      neededBy: "ADMIN_EMAIL",
      value: adminEmail,
    }),
    ...missing("ADMIN_EMAIL", adminEmail, {
      neededBy: "ADMIN_PASSWORD_FILE",
      value: adminPasswordFile,
    }),
    ...missing("OIDC_CLIENT_ID", oidcClientId, { neededBy: "OIDC_ISSUER", value: oidcIssuer }),
    ...missing("OIDC_ISSUER", oidcIssuer, { neededBy: "OIDC_CLIENT_ID", value: oidcClientId }),
    ...missing("PUBLIC_URL", publicUrl, { neededBy: "OIDC_ISSUER", value: oidcIssuer }),
  ];
}

type Value = string | null | undefined;

function missing(
  name: string,
  value: Value,
  other: { neededBy: string; value: Value },
): SettingProblem[] {
  const isNeeded = (other.value ?? null) !== null;
  if (!isNeeded || (value ?? null) !== null) return [];
  const problem = `is missing: ${other.neededBy} is set and needs it`;
  return [{ name, problem, allowed: `a value, or no ${other.neededBy}` }];
}
