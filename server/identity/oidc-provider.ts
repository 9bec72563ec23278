import * as client from "openid-client";
import { createUpstreamFetch, type UpstreamFetch } from "@/server/upstream";
import { ATTEMPT_PATH, type OidcAttempt } from "./oidc-attempt";
import { personOf } from "./oidc-claims";
import type { OidcPerson } from "./oidc-person-store";
import { OidcRefusal, refusalOf } from "./oidc-refusal";
import { type OidcSettings, readClientSecret } from "./oidc-settings";

const DEADLINE_MS = 10_000;
/** Metadata and keys are some kilobytes; a token with many groups some more. */
const MAX_ANSWER_BYTES = 512 * 1024;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** People who wait for the provider at once. Each costs it up to three requests. */
const MAX_WAITING = 16;

/** The OpenID provider, asked when somebody signs in and never before. Everything rejects with an OidcRefusal. */
export interface OidcProvider {
  /** The address of its sign-in page for this attempt. */
  begin(attempt: OidcAttempt): Promise<string>;
  /** Who has signed in, from the query with which the provider sent the browser back. */
  finish(query: URLSearchParams, attempt: OidcAttempt): Promise<OidcPerson>;
}

export interface OidcProviderOptions {
  settings: OidcSettings;
  /** Since whenever, never set back. */
  monotonicMs?: () => number;
  deadlineMs?: number;
  /** Tests of providers that cannot be run pass their own. */
  upstream?: UpstreamFetch;
}

export function createOidcProvider(options: OidcProviderOptions): OidcProvider {
  const { settings } = options;
  const host = settings.issuer.host;
  const upstream =
    options.upstream ??
    createUpstreamFetch({
      label: `The sign-in provider ${host}`,
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
  const known = keepUntilItFails(() => discover(settings, upstream), {
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
  });
  let waiting = 0;

  /** Bounds how many wait, and puts every error into our words. */
  async function ask<Result>(work: (config: client.Configuration) => Promise<Result>) {
    if (waiting >= MAX_WAITING)
      throw new OidcRefusal("unavailable", `${MAX_WAITING} sign-ins wait for ${host} already.`);
    waiting += 1;
    try {
      return await work(await known.get());
    } catch (error) {
      const refusal = refusalOf(error, host);
      // It may have moved: look at its metadata again before the next one.
      if (refusal.problem === "provider-away") known.forget();
      throw refusal;
    } finally {
      waiting -= 1;
    }
  }

  return {
    begin: (attempt) => ask((config) => addressOf(config, settings, attempt)),
    finish: (query, attempt) => ask((config) => exchange(config, settings, { query, attempt })),
  };
}

/** Whatever is wrong with the metadata is the provider's or the operator's doing: nobody has answered an attempt yet. */
async function discover(
  settings: OidcSettings,
  upstream: UpstreamFetch,
): Promise<client.Configuration> {
  const { issuer, clientId } = settings;
  try {
    const config = await client.discovery(issuer, clientId, {}, authenticate(settings), {
      [client.customFetch]: upstream,
      execute: [
        // By default the library trusts the connection to the token endpoint instead of the signature.
        client.enableNonRepudiationChecks,
        // Plain http only where the operator wrote an issuer of plain http.
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out; meant for just this
        ...(issuer.protocol === "http:" ? [client.allowInsecureRequests] : []),
      ],
    });
    // A provider of many tenants (Entra's `common`) lets in whoever has an account with it anywhere.
    if (!/[{}]/.test(config.serverMetadata().issuer)) return config;
  } catch (error) {
    const refusal = refusalOf(error, issuer.host);
    if (refusal.problem === "provider-away") throw refusal;
  }
  throw new OidcRefusal(
    "provider-away",
    `The metadata of ${issuer.host} are not those of OIDC_ISSUER: set it exactly as the provider writes its issuer, of one tenant.`,
  );
}

/** As the provider asks for it; `client_secret_basic` where it does not say (OpenID Connect Discovery, section 3). */
function authenticate({ secretFile }: OidcSettings): client.ClientAuth {
  if (secretFile === null) return client.None();
  return (...request) => {
    const [server] = request;
    const secret = readClientSecret(secretFile);
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const isBasic = methods.includes("client_secret_basic");
    const method = isBasic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
    method(...request);
  };
}

function callbackOf({ publicUrl }: OidcSettings): URL {
  return new URL(`${ATTEMPT_PATH}/callback`, publicUrl);
}

async function addressOf(
  config: client.Configuration,
  settings: OidcSettings,
  { state, nonce, verifier }: OidcAttempt,
): Promise<string> {
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackOf(settings).href,
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  return address.href;
}

async function exchange(
  config: client.Configuration,
  settings: OidcSettings,
  { query, attempt }: { query: URLSearchParams; attempt: OidcAttempt },
): Promise<OidcPerson> {
  const current = callbackOf(settings);
  current.search = query.toString();
  const tokens = await client.authorizationCodeGrant(config, current, {
    expectedState: attempt.state,
    expectedNonce: attempt.nonce,
    pkceCodeVerifier: attempt.verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new OidcRefusal("invalid-answer", "The answer holds no token of identity.");
  const hasAddress = claims.email !== undefined;
  const canAsk = config.serverMetadata().userinfo_endpoint !== undefined;
  // Both the address and whether it is verified from one place: the token, or else what the provider says when it is asked.
  const told =
    hasAddress || !canAsk
      ? claims
      : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  const person = personOf({ issuer: claims.iss, subject: claims.sub }, told);
  if (!person) throw new OidcRefusal("invalid-answer", "The provider's subject is malformed.");
  return person;
}

/**
 * Makes a thing at the first need, and again after it was forgotten. After a failure it is not tried for a second, then for twice as
 * long each time, up to a minute: whoever asks meanwhile gets the failure.
 */
function keepUntilItFails<Thing>(
  make: () => Promise<Thing>,
  { monotonicMs }: { monotonicMs: () => number },
) {
  let made: Promise<Thing> | null = null;
  let failure: unknown = null;
  let pauseMs = 0;
  let retryAtMs = -Infinity;

  async function tryToMake(): Promise<Thing> {
    try {
      const thing = await make();
      pauseMs = 0;
      return thing;
    } catch (error) {
      made = null;
      failure = error;
      pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
      retryAtMs = monotonicMs() + pauseMs;
      throw error;
    }
  }

  return {
    async get(): Promise<Thing> {
      if (made) return made;
      if (monotonicMs() < retryAtMs) throw failure;
      made = tryToMake();
      return made;
    },
    forget(): void {
      made = null;
    },
  };
}
