import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adminActor } from "@/fixtures/actors";
import { type HonestProvider, startHonestProvider } from "@/fixtures/oidc/honest-provider";
import {
  type HostileProvider,
  sendJson,
  startHostileProvider,
  writeToken,
} from "@/fixtures/oidc/hostile-provider";
import { listenLocally } from "@/fixtures/oidc/listen-locally";
import { TestBrowser } from "@/fixtures/oidc/test-browser";
import { startTestHttp, type TestHttp } from "@/fixtures/start-test-http";
import { withTestDatabase } from "@/fixtures/test-database";
import type { PrismaClient } from "@/prisma/generated/client";
import { auditOriginOf } from "@/server/audit";
import { createPrisma } from "@/server/db";
import { createLogger } from "@/server/logger";
import { nobody } from "@/server/policy/policy";
import { type OidcAttempt, openAttempt, sealAttempt } from "./oidc-attempt";
import { createOidcAttemptStore } from "./oidc-attempt-store";
import { type Admission, createOidcPersonStore } from "./oidc-person-store";
import { createOidcProvider, type OidcProviderOptions } from "./oidc-provider";
import { oidcRoutes } from "./oidc-routes";
import type { OidcSettings } from "./oidc-settings";
import { createLimitStore } from "./limit-store";
import { openSession } from "./open-session";
import { createSessionStore } from "./session-store";
import { takeAddressTry } from "./sign-in-limits";
import { lockUsers } from "./user-store";

const CLIENT = { id: "sightline", secret: "secret-of-the-client-~.-_!" };
const OTHER = { id: "another", secret: "secret-of-another" };
const COOKIE = "sightline-oidc";
const HOUR_MS = 3_600_000;

let prisma: PrismaClient;
let folder: string;
let secretFile: string;
const logged: string[] = [];

beforeAll(async () => {
  prisma = createPrisma((await withTestDatabase()).url);
  folder = mkdtempSync(path.join(tmpdir(), "sightline-oidc-"));
  secretFile = path.join(folder, "secret");
  writeFileSync(secretFile, `${CLIENT.secret}\n`);
});

afterAll(async () => {
  await prisma.$disconnect();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await Promise.all([prisma.user.deleteMany(), prisma.signInLimit.deleteMany()]);
  logged.length = 0;
});

afterEach(() => {
  // Whatever happened: no secret, code or token was logged.
  const text = logged.join("\n");
  expect(text).not.toContain(CLIENT.secret);
  expect(text).not.toMatch(/eyJ|code=|access_token|<b>/);
});

interface Portal extends TestHttp {
  settings: OidcSettings;
  clock: { nowMs: number };
}

/** The routes of the product on a server of the product, for one provider. */
async function startPortal(
  issuer: string,
  given: Partial<OidcSettings> & Pick<OidcProviderOptions, "deadlineMs" | "monotonicMs"> = {},
): Promise<Portal> {
  const { deadlineMs, monotonicMs, ...rest } = given;
  const settings: OidcSettings = {
    issuer: new URL(issuer),
    clientId: CLIENT.id,
    secretFile,
    publicUrl: "",
    defaultRole: null,
    ...rest,
  };
  const clock = { nowMs: Date.now() };
  const sessions = createSessionStore(prisma, { idleMs: HOUR_MS });
  const credentials = { invalidateSession: () => undefined };
  const logger = createLogger({ write: (line: string) => void logged.push(line) });
  const routes = oidcRoutes({
    settings,
    provider: createOidcProvider({
      settings,
      ...(deadlineMs !== undefined && { deadlineMs }),
      ...(monotonicMs && { monotonicMs }),
    }),
    attempts: createOidcAttemptStore(prisma),
    persons: createOidcPersonStore(prisma),
    takeTry: (address, origin) => takeAddressTry(createLimitStore(prisma), address, origin),
    openSession: (entry) =>
      openSession({ sessions, credentials, sessionMaxMs: HOUR_MS } as never, entry),
    logger,
    nowMs: () => clock.nowMs,
  });
  const http = await startTestHttp({ routes });
  settings.publicUrl = http.origin;
  return { ...http, settings, clock };
}

const addUser = (email: string, given: { disabledAt?: Date; role?: string } = {}) =>
  prisma.user.create({
    data: { id: randomUUID(), email, name: "", role: "viewer", createdAt: new Date(), ...given },
  });

const sessionsOf = () =>
  prisma.session.findMany({ select: { method: true, user: { select: { email: true } } } });

/** Where the answer to a callback leads. Nobody may be signed in by it: no cookie, and no row. */
async function refusalAfter(browser: TestBrowser, url: string): Promise<string> {
  const response = await browser.get(url);
  expect(response.status).toBe(303);
  expect(browser.setCookies.filter((one) => !one.startsWith(`${COOKIE}=;`))).toEqual([]);
  expect(await prisma.session.count()).toBe(0);
  return response.headers.get("location") ?? "";
}

describe("with an honest provider", () => {
  let provider: HonestProvider;
  let portal: Portal;
  let browser: TestBrowser;

  beforeAll(async () => {
    portal = await startPortal("http://127.0.0.1:1");
    const redirectUri = `${portal.origin}/api/auth/oidc/callback`;
    provider = await startHonestProvider([
      { ...CLIENT, redirectUri },
      { ...OTHER, redirectUri: "http://127.0.0.1:1/elsewhere" },
    ]);
    portal.settings.issuer = new URL(provider.issuer);
  });

  afterAll(async () => {
    await Promise.all([portal.stop(), provider.stop()]);
  });

  beforeEach(() => {
    portal.settings.defaultRole = null;
    browser = new TestBrowser();
    provider.accounts.clear();
    provider.accounts.set("ada", { email: "Ada@Example.org", email_verified: true, name: "Ada" });
    provider.next = { subject: "ada" };
  });

  /** Signs in there, and answers the address with which the provider sends the browser back. */
  const wayBack = (query = "") =>
    browser.follow(
      `${portal.origin}/api/auth/oidc/start${query}`,
      `${portal.origin}/api/auth/oidc/callback`,
    );

  const attemptOf = async (): Promise<OidcAttempt> => {
    const { value } = browser.cookies.get(`${portal.origin} ${COOKIE}`) ?? { value: "" };
    const key = await createOidcAttemptStore(prisma).sealingKey();
    const purpose = JSON.stringify([portal.settings.issuer.href, CLIENT.id]);
    const attempt = openAttempt(value, { key, purpose, nowMs: Date.now() });
    if (!attempt) throw new Error("There is no attempt.");
    return attempt;
  };

  /** Puts another sealed attempt into the browser, as nobody without the key could. */
  const putAttempt = async (attempt: OidcAttempt) => {
    const key = await createOidcAttemptStore(prisma).sealingKey();
    const purpose = JSON.stringify([portal.settings.issuer.href, CLIENT.id]);
    const value = sealAttempt(attempt, key, purpose);
    browser.cookies.set(`${portal.origin} ${COOKIE}`, { value, path: "/api/auth/oidc" });
  };

  test("a person with a verified address is let into the account of that address, and led back", async () => {
    const { id } = await addUser("ada@example.org", { role: "operator" });
    const response = await browser.get(await wayBack("?return_to=/gpus%3Ffrom%3Dnow-1h"));
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/gpus?from=now-1h");
    const [session, attempt] = browser.setCookies;
    expect(session).toMatch(/^sightline=\w{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
    expect(attempt).toMatch(/^sightline-oidc=; Path=\/api\/auth\/oidc; .*Max-Age=0$/);
    expect(await sessionsOf()).toEqual([{ method: "oidc", user: { email: "ada@example.org" } }]);
    const identities = await prisma.userIdentity.findMany();
    expect(identities).toMatchObject([{ issuer: provider.issuer, subject: "ada", userId: id }]);
    const entry = await prisma.auditEntry.findFirst({ orderBy: { sequence: "desc" } });
    expect(entry).toMatchObject({
      actorKind: "system",
      actorName: "oidc",
      action: "user.link",
      target: "ada@example.org",
    });
  });

  test("the second time the subject counts, whatever the address is by then", async () => {
    const ada = await addUser("ada@example.org");
    await addUser("eve@example.org");
    await browser.get(await wayBack());
    for (const claims of [
      { email: "eve@example.org", email_verified: true },
      { email: "ada@example.org", email_verified: false },
      {},
    ]) {
      provider.accounts.set("ada", claims);
      const response = await browser.get(await wayBack());
      expect(response.headers.get("location")).toBe("/");
    }
    const sessions = await prisma.session.findMany();
    expect(sessions.map(({ userId }) => userId)).toEqual(Array(4).fill(ada.id));
    expect(await prisma.userIdentity.count()).toBe(1);
  });

  test("the request for a code asks for it with state, nonce and PKCE, each time others", async () => {
    const asked = await Promise.all(
      [1, 2].map(async () => {
        const response = await browser.get(`${portal.origin}/api/auth/oidc/start`);
        return new URL(response.headers.get("location") ?? "").searchParams;
      }),
    );
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      client_id: CLIENT.id,
      response_type: "code",
      redirect_uri: `${portal.origin}/api/auth/oidc/callback`,
      scope: "openid email profile",
      code_challenge_method: "S256",
    });
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(asked[0]?.get(name)).toMatch(/^[\w-]{43}$/);
      expect(asked[0]?.get(name)).not.toBe(asked[1]?.get(name));
    }
    expect(browser.setCookies.join()).toMatch(
      /^sightline-oidc=[\w-]+; Path=\/api\/auth\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  test.each(["//evil.example", "/%5cevil.example", "https://evil.example", "/api/auth/oidc/start"])(
    "return_to=%s leads to / instead",
    async (target) => {
      await addUser("ada@example.org");
      const back = await wayBack(`?return_to=${encodeURIComponent(target)}`);
      expect((await browser.get(back)).headers.get("location")).toBe("/");
    },
  );

  test("nobody of that address is here: refused, with where they wanted to go", async () => {
    expect(await refusalAfter(browser, await wayBack("?return_to=/gpus"))).toBe(
      "/sign-in?problem=no-account&return_to=%2Fgpus",
    );
    expect(await prisma.user.count()).toBe(0);
  });

  test("with OIDC_DEFAULT_ROLE an account is made, once, and the audit says so", async () => {
    portal.settings.defaultRole = "operator";
    for (let time = 0; time < 2; time++)
      expect((await browser.get(await wayBack())).headers.get("location")).toBe("/");
    const users = await prisma.user.findMany();
    expect(users).toMatchObject([
      { email: "ada@example.org", name: "Ada", role: "operator", passwordHash: null },
    ]);
    const entries = await prisma.auditEntry.findMany({ orderBy: { sequence: "desc" }, take: 2 });
    expect(entries[0]).toMatchObject({
      actorKind: "system",
      actorName: "oidc",
      action: "user.create",
      target: "ada@example.org",
      address: "127.0.0.1",
    });
    expect(entries[1]?.action).not.toBe("user.create");
  });

  test("two first sign-ins at once make one account: the second waits for the first", async () => {
    const persons = createOidcPersonStore(prisma);
    const person = { issuer: "https://id", subject: "ada", verifiedEmail: "a@b.c", name: "" };
    const origin = auditOriginOf({ actor: nobody, requestId: "", nowMs: Date.now });
    const admitted: Promise<Admission>[] = [];
    const admitBoth = async (tx: Parameters<typeof lockUsers>[0]) => {
      await lockUsers(tx);
      for (let time = 0; time < 2; time++)
        admitted.push(persons.admit(person, { defaultRole: "viewer", origin }));
      const waiting = () =>
        tx.$queryRaw`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(2);
    };
    await prisma.$transaction(admitBoth, { timeout: 15_000 });
    const [first, second] = await Promise.all(admitted);
    expect(first).toEqual(second);
    expect(await prisma.user.count()).toBe(1);
  });

  test("from an address with too many tries nothing is asked of the provider", async () => {
    await addUser("ada@example.org");
    const limits = createLimitStore(prisma);
    const origin = auditOriginOf({ actor: nobody, requestId: "", nowMs: Date.now });
    for (let tried = 0; tried < 100; tried++) await takeAddressTry(limits, "127.0.0.1", origin);
    const back = await wayBack();
    const requests = provider.requests.length;
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=unavailable");
    expect(provider.requests).toHaveLength(requests);
  });

  test("two browsers at once are let into one new account", async () => {
    portal.settings.defaultRole = "viewer";
    const backs = [];
    for (let person = 0; person < 2; person++) {
      browser = new TestBrowser();
      backs.push({ browser, back: await wayBack() });
    }
    const answers = await Promise.all(backs.map(({ browser: own, back }) => own.get(back)));
    expect(answers.map(({ headers }) => headers.get("location"))).toEqual(["/", "/"]);
    expect(await prisma.user.count()).toBe(1);
    expect(await prisma.session.count()).toBe(2);
  });

  test.each([
    ["an address that is not verified", { email: "ada@example.org", email_verified: false }],
    ["verified as a text", { email: "ada@example.org", email_verified: "true" }],
    ["nothing about verification", { email: "ada@example.org" }],
    ["no address", { email_verified: true }],
    ["an address that only lower case makes ours", { email: "\u212A@x.org", email_verified: true }],
    ["something that is no address", { email: "ada", email_verified: true }],
    ["a list of addresses", { email: ["ada@example.org"], email_verified: true }],
  ])("%s: nobody is linked", async (_, claims) => {
    await addUser("ada@example.org");
    await addUser("k@x.org");
    portal.settings.defaultRole = "viewer";
    provider.accounts.set("ada", claims);
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=unverified");
    expect(await prisma.userIdentity.count()).toBe(0);
    expect(await prisma.user.count()).toBe(2);
  });

  test("a disabled account lets nobody in: neither the first time nor once linked", async () => {
    const disabledAt = new Date();
    const { id } = await addUser("ada@example.org", { disabledAt });
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=disabled");
    expect(await prisma.userIdentity.count()).toBe(0);
    await prisma.user.update({ where: { id }, data: { disabledAt: null } });
    await browser.get(await wayBack());
    expect(await prisma.session.count()).toBe(1);
    await prisma.session.deleteMany();
    await prisma.user.update({ where: { id }, data: { disabledAt } });
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=disabled");
  });

  test("an account that belongs to another person of this provider stays theirs", async () => {
    await addUser("ada@example.org");
    await browser.get(await wayBack());
    await prisma.session.deleteMany();
    provider.accounts.set("mallory", { email: "ada@example.org", email_verified: true });
    provider.next = { subject: "mallory" };
    browser = new TestBrowser();
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=already-linked");
    expect(await prisma.userIdentity.findMany()).toMatchObject([{ subject: "ada" }]);
  });

  test.each(["access_denied", "server_error", "login_required"])(
    "the provider answers %s: refused, and none of its text is shown",
    async (error) => {
      provider.next = { error };
      const back = await wayBack();
      expect(new URL(back).searchParams.get("error")).toBe(error);
      expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=provider-refused");
    },
  );

  test.each(["", "wrong"])("state %j", async (state) => {
    await addUser("ada@example.org");
    const back = new URL(await wayBack());
    back.searchParams.set("state", state);
    expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=expired");
  });

  test("state twice in the address", async () => {
    await addUser("ada@example.org");
    const back = new URL(await wayBack());
    back.searchParams.append("state", back.searchParams.get("state") ?? "");
    expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=invalid-answer");
  });

  test("the answer to another browser's attempt: with no cookie, and with one's own", async () => {
    await addUser("ada@example.org");
    const back = await wayBack();
    const victim = new TestBrowser();
    expect(await refusalAfter(victim, back)).toBe("/sign-in?problem=expired");
    await victim.get(`${portal.origin}/api/auth/oidc/start`);
    expect(await refusalAfter(victim, back)).toBe("/sign-in?problem=expired");
  });

  test("a cookie that was changed, cut, not sealed here, or comes twice", async () => {
    await addUser("ada@example.org");
    const name = `${portal.origin} ${COOKIE}`;
    for (const change of [
      (value: string) => `${value.slice(0, -3)}AAA`,
      (value: string) => value.slice(0, 30),
      (value: string) => `${value}; ${COOKIE}=${value}`,
      () => Buffer.alloc(200).toString("base64url"),
      () => "x".repeat(4_000),
      () => "",
    ]) {
      const back = await wayBack();
      const { value = "", path: at = "" } = browser.cookies.get(name) ?? {};
      browser.cookies.set(name, { value: change(value), path: at });
      expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=expired");
    }
  });

  test("an attempt is answered once, also with the cookie kept, and not after ten minutes", async () => {
    await addUser("ada@example.org");
    const back = await wayBack();
    const kept = new Map(browser.cookies);
    expect((await browser.get(back)).headers.get("location")).toBe("/");
    await prisma.session.deleteMany();
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=expired"); // no cookie
    for (const [name, cookie] of kept) browser.cookies.set(name, cookie);
    const requests = provider.requests.length;
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=expired");
    expect(provider.requests).toHaveLength(requests); // the provider was not even asked

    const late = await wayBack();
    const { nowMs } = portal.clock;
    portal.clock.nowMs = nowMs + 600_000;
    expect(await refusalAfter(browser, late)).toBe("/sign-in?problem=expired");
    portal.clock.nowMs = nowMs;
  });

  test("another portal on the same database takes the attempt, and knows that it was used", async () => {
    await addUser("ada@example.org");
    const other = await startPortal(provider.issuer);
    other.settings.publicUrl = portal.origin;
    const back = await wayBack();
    const cookie = browser.cookies.get(`${portal.origin} ${COOKIE}`);
    const twin = new TestBrowser();
    if (cookie) twin.cookies.set(`${other.origin} ${COOKIE}`, cookie);
    const response = await twin.get(back.replace(portal.origin, other.origin));
    expect(response.headers.get("location")).toBe("/");
    await prisma.session.deleteMany();
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=expired");
    await other.stop();
  });

  test.each([
    ["wrong", "v".repeat(43)],
    ["missing", ""],
  ])("the verifier of PKCE is %s", async (_, verifier) => {
    await addUser("ada@example.org");
    const back = await wayBack();
    await putAttempt({ ...(await attemptOf()), verifier });
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=invalid-answer");
  });

  test("the nonce of another attempt", async () => {
    await addUser("ada@example.org");
    const back = await wayBack();
    await putAttempt({ ...(await attemptOf()), nonce: "n".repeat(43) });
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=invalid-answer");
  });

  test("a code that was given to another client, one that was made up, one that was used", async () => {
    await addUser("ada@example.org");
    const start = await browser.get(`${portal.origin}/api/auth/oidc/start`);
    const asked = new URL(start.headers.get("location") ?? "");
    asked.searchParams.set("client_id", OTHER.id);
    asked.searchParams.set("redirect_uri", "http://127.0.0.1:1/elsewhere");
    const foreign = new URL(await browser.follow(asked.href, "http://127.0.0.1:1/elsewhere"));
    const back = `${portal.origin}/api/auth/oidc/callback${foreign.search}`;
    expect(await refusalAfter(browser, back)).toBe("/sign-in?problem=invalid-answer");

    const invented = new URL(await wayBack());
    const code = invented.searchParams.get("code") ?? "";
    invented.searchParams.set("code", "invented");
    expect(await refusalAfter(browser, invented.href)).toBe("/sign-in?problem=invalid-answer");

    const first = new TestBrowser();
    for (const [name, cookie] of browser.cookies) first.cookies.set(name, cookie);
    const again = new URL(await wayBack());
    again.searchParams.set("code", code);
    expect(await refusalAfter(browser, again.href)).toBe("/sign-in?problem=invalid-answer");
  });

  test.each([
    ["wrong", "https://evil.example"],
    ["missing", null],
  ])("the issuer in the address is %s (RFC 9207)", async (_, issuer) => {
    await addUser("ada@example.org");
    const back = new URL(await wayBack());
    expect(back.searchParams.get("iss")).toBe(provider.issuer);
    if (issuer === null) back.searchParams.delete("iss");
    else back.searchParams.set("iss", issuer);
    expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=invalid-answer");
  });

  test("the wrong secret: nobody is signed in, and the log says which setting", async () => {
    await addUser("ada@example.org");
    writeFileSync(secretFile, "wrong");
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=provider-away");
    expect(logged.join()).toContain("OIDC_CLIENT_SECRET_FILE");
    rmSync(secretFile);
    expect(await refusalAfter(browser, await wayBack())).toBe("/sign-in?problem=provider-away");
    expect(logged.join()).toContain("does not exist");
    writeFileSync(secretFile, CLIENT.secret);
    expect((await browser.get(await wayBack())).headers.get("location")).toBe("/");
  });

  test("the session that came with the request ends, and the new one has a token of its own", async () => {
    const { id } = await addUser("ada@example.org");
    await browser.get(await wayBack());
    const [first] = browser.setCookies;
    await prisma.session.updateMany({ data: { id: adminActor.sessionId ?? "" } });
    await browser.get(await wayBack());
    expect(browser.setCookies[0]).not.toBe(first);
    const sessions = await prisma.session.findMany({ where: { userId: id, revokedAt: null } });
    expect(sessions).toHaveLength(1);
    expect(sessions[0]?.id).not.toBe(adminActor.sessionId);
  });
});

describe("with a hostile provider", () => {
  let provider: HostileProvider;
  let portal: Portal;
  let browser: TestBrowser;

  beforeEach(async () => {
    provider = await startHostileProvider();
    portal = await startPortal(provider.issuer, { deadlineMs: 20_000 });
    browser = new TestBrowser();
    await addUser("ada@example.org");
  });

  afterEach(async () => {
    await Promise.all([portal.stop(), provider.stop()]);
  });

  /** Begins an attempt; answers what was asked of the provider, and the address that answers it. */
  async function begin() {
    const response = await browser.get(`${portal.origin}/api/auth/oidc/start`);
    const asked = new URL(response.headers.get("location") ?? "").searchParams;
    const back = new URL(`${portal.origin}/api/auth/oidc/callback`);
    back.searchParams.set("code", "a code");
    back.searchParams.set("state", asked.get("state") ?? "");
    return { asked, back, claims: claimsOf(asked.get("nonce") ?? "") };
  }

  function claimsOf(nonce: string) {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return {
      iss: provider.issuer,
      sub: "ada",
      aud: CLIENT.id as string | string[],
      iat: nowSeconds,
      exp: nowSeconds + 60,
      nonce,
      email: "ada@example.org",
      email_verified: true,
    };
  }

  test("what it says is taken when all is right, with what was agreed on", async () => {
    const { asked, back, claims } = await begin();
    provider.idToken = writeToken(claims, { key: provider.key });
    const response = await browser.get(back.href);
    expect(response.headers.get("location")).toBe("/");
    const sent = Object.fromEntries(provider.tokenRequest);
    expect(sent).toEqual({
      grant_type: "authorization_code",
      code: "a code",
      redirect_uri: `${portal.origin}/api/auth/oidc/callback`,
      code_verifier: expect.any(String) as string,
    });
    const hash = createHash("sha256").update(sent.code_verifier ?? "");
    expect(hash.digest("base64url")).toBe(asked.get("code_challenge"));
  });

  type Claims = ReturnType<typeof claimsOf>;
  const past = () => Math.floor(Date.now() / 1_000) - 600;
  const signed = (claims: object) => writeToken(claims, { key: provider.key });
  const forged: [string, (claims: Claims) => string | null][] = [
    ["no token of identity", () => null],
    ["another nonce", (claims) => signed({ ...claims, nonce: "another" })],
    ["no nonce", ({ nonce: _, ...claims }) => signed(claims)],
    ["another issuer", (claims) => signed({ ...claims, iss: "https://evil.example" })],
    ["the issuer with a slash", (claims) => signed({ ...claims, iss: `${claims.iss}/` })],
    ["no issuer", ({ iss: _, ...claims }) => signed(claims)],
    ["another audience", (claims) => signed({ ...claims, aud: "another" })],
    ["a second audience", (claims) => signed({ ...claims, aud: [CLIENT.id, "another"] })],
    ["another party", (c) => signed({ ...c, aud: [CLIENT.id, "another"], azp: "another" })],
    ["no audience", ({ aud: _, ...claims }) => signed(claims)],
    ["expired", (claims) => signed({ ...claims, iat: past() - 60, exp: past() })],
    ["no expiry", ({ exp: _, ...claims }) => signed(claims)],
    ["an expiry in words", (claims) => signed({ ...claims, exp: "tomorrow" })],
    ["not valid yet", (claims) => signed({ ...claims, nbf: past() + 1_200 })],
    ["no subject", ({ sub: _, ...claims }) => signed(claims)],
    ["an empty subject", (claims) => signed({ ...claims, sub: "" })],
    ["a subject that is too long", (claims) => signed({ ...claims, sub: "a".repeat(256) })],
    ["the signature of another key", (claims) => writeToken(claims, { key: provider.otherKey })],
    ["a key that nobody knows", (c) => writeToken(c, { key: provider.key }, { kid: "two" })],
    ["no signature, alg none", (claims) => writeToken(claims, "none")],
    ["alg None", (claims) => writeToken(claims, "none", { alg: "None" })],
    ["a signature cut off", (claims) => signed(claims).replace(/\.[^.]*$/, ".")],
    ["alg HS256 by the client's secret", (claims) => writeToken(claims, { hmac: CLIENT.secret })],
    ["alg HS256 by the public key", (c) => writeToken(c, { hmac: provider.publicPem })],
    ["a critical extension", (c) => writeToken(c, { key: provider.key }, { crit: ["x"], x: 1 })],
    ["claims changed after signing", (claims) => changed(signed(claims))],
    ["no token at all", () => "no token"],
    ["encrypted", () => "a.b.c.d.e"],
  ];

  const changed = (token: string) => {
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...claims, sub: "eve" })).toString("base64url");
    return [head, other, signature].join(".");
  };

  describe.each([
    ["that lists one algorithm", {}],
    [
      "that lists every algorithm",
      { id_token_signing_alg_values_supported: ["RS256", "HS256", "none", "None"] },
    ],
  ])("%s", (_, metadata) => {
    test.each(forged)("a token with %s: refused", async (__, forge) => {
      Object.assign(provider.metadata, metadata);
      const { back, claims } = await begin();
      provider.idToken = forge(claims);
      expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=invalid-answer");
      expect(await prisma.userIdentity.count()).toBe(0);
    });
  });

  test("what userinfo says of somebody else does not count", async () => {
    const { back, claims } = await begin();
    const { email: _, ...without } = claims;
    provider.idToken = signed(without);
    expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=invalid-answer");
    expect(provider.requests.at(-1)).toBe("GET /userinfo");
  });

  test("an address from the token is not verified by what userinfo says", async () => {
    const { back, claims } = await begin();
    provider.idToken = signed({ ...claims, email_verified: undefined });
    provider.answers.set("/userinfo", (res) => {
      sendJson(res, { sub: "ada", email: "ada@example.org", email_verified: true });
    });
    expect(await refusalAfter(browser, back.href)).toBe("/sign-in?problem=unverified");
  });

  const away: [string, string, (provider: HostileProvider) => void][] = [
    ["metadata with status 500", "start", (p) => answer(p, "/.well-known/openid-configuration", 500)],
    ["metadata of another issuer", "start", (p) => (p.metadata.issuer = "https://evil.example")],
    ["no authorization endpoint", "start", (p) => delete p.metadata.authorization_endpoint],
    ["a script for the sign-in page", "start", (p) => (p.metadata.authorization_endpoint = "javascript:alert(1)")],
    ["metadata that is no JSON", "start", (p) => page(p, "/.well-known/openid-configuration")],
    ["a redirect instead of metadata", "start", (p) => redirected(p, "/.well-known/openid-configuration")],
    ["huge metadata", "start", (p) => huge(p, "/.well-known/openid-configuration")],
    ["a token endpoint that fails", "callback", (p) => answer(p, "/token", 500)],
    ["a token endpoint that redirects", "callback", (p) => redirected(p, "/token")],
    ["a token endpoint that sends a page", "callback", (p) => page(p, "/token")],
    ["a huge answer with tokens", "callback", (p) => huge(p, "/token")],
    ["a token endpoint at a metadata service", "callback", (p) => (p.metadata.token_endpoint = "http://169.254.169.254/token")],
    ["keys that fail", "callback", (p) => answer(p, "/jwks", 500)],
    ["huge keys", "callback", (p) => huge(p, "/jwks")],
    ["keys that redirect", "callback", (p) => redirected(p, "/jwks")],
    ["no address of keys", "callback", (p) => delete p.metadata.jwks_uri],
  ]; // prettier-ignore

  const answer = (p: HostileProvider, at: string, status: number) =>
    p.answers.set(at, (res) => sendJson(res, { stack: "at 10.0.0.7" }, status));
  const page = (p: HostileProvider, at: string) =>
    p.answers.set(at, (res) => void res.writeHead(200, { "content-type": "text/html" }).end("<b>"));
  const redirected = (p: HostileProvider, at: string) =>
    p.answers.set(at, (res) => void res.writeHead(302, { location: `${p.issuer}/token2` }).end());
  const huge = (p: HostileProvider, at: string) =>
    p.answers.set(at, (res) => sendJson(res, { padding: "x".repeat(600_000) }));

  test.each(away)("%s: nobody is signed in, and a sentence is logged", async (_, when, spoil) => {
    spoil(provider);
    const start = await browser.get(`${portal.origin}/api/auth/oidc/start`);
    let location = start.headers.get("location") ?? "";
    if (when === "callback") {
      const asked = new URL(location).searchParams;
      provider.idToken = signed(claimsOf(asked.get("nonce") ?? ""));
      const query = new URLSearchParams({ code: "a code", state: asked.get("state") ?? "" });
      const back = `${portal.origin}/api/auth/oidc/callback?${query.toString()}`;
      location = await refusalAfter(browser, back);
    }
    expect(location).toBe("/sign-in?problem=provider-away");
    expect(await prisma.session.count()).toBe(0);
    expect(logged.join()).not.toMatch(/10\.0\.0\.7|169\.254/);
    expect(provider.requests).not.toContain("GET /token2");
  });

  test("one that hangs is given up at the deadline", async () => {
    const slow = await startPortal(provider.issuer, { deadlineMs: 300 });
    provider.answers.set("/.well-known/openid-configuration", () => undefined);
    const response = await browser.get(`${slow.origin}/api/auth/oidc/start`);
    expect(response.headers.get("location")).toBe("/sign-in?problem=provider-away");
    expect(logged.join()).toContain("did not answer within 0.3 s");
    await slow.stop();
  });

  test("of those who wait for one that hangs there are 16 at most", async () => {
    const held: (() => void)[] = [];
    const metadata = "/.well-known/openid-configuration";
    provider.answers.set(metadata, (res) => {
      held.push(() => {
        sendJson(res, provider.metadata);
      });
    });
    const asked = Array.from({ length: 17 }, () =>
      new TestBrowser().get(`${portal.origin}/api/auth/oidc/start`),
    );
    const first = await Promise.race(asked);
    expect(first.headers.get("location")).toBe("/sign-in?problem=unavailable");
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(1);
    for (const release of held) release();
    const answers = await Promise.all(asked);
    const locations = answers.map(({ headers }) => headers.get("location") ?? "");
    expect(locations.filter((one) => one.startsWith(provider.issuer))).toHaveLength(16);
    expect(provider.requests).toEqual([`GET ${metadata}`]);
  });

  test("the requests to it carry our headers alone, and nothing of the client's", async () => {
    browser.headers = {
      authorization: "Bearer LEAK",
      "x-api-key": "LEAK",
      "x-forwarded-for": "LEAK",
      "x-forwarded-host": "LEAK",
      "x-request-id": "LEAK-LEAK-LEAK",
      "user-agent": "LEAK",
      "accept-language": "LEAK",
      referer: "http://LEAK",
    };
    browser.cookies.set(`${portal.origin} sightline`, { value: "LEAK", path: "/" });
    const { back, claims } = await begin();
    const { email: _, ...without } = claims;
    provider.idToken = signed(without);
    await browser.get(back.href);
    const names = provider.headers.map((headers) => Object.keys(headers).sort().join(" "));
    const get = "accept accept-encoding connection host";
    expect(JSON.stringify(provider.headers)).not.toMatch(/LEAK/i);
    const { host } = new URL(provider.issuer);
    expect(provider.headers.every((headers) => headers.host === host)).toBe(true);
    expect(new Set(names)).toEqual(
      new Set([
        get,
        "accept accept-encoding authorization connection content-length content-type host",
        "accept accept-encoding authorization connection host",
      ]),
    );
  });
});

describe("a provider that is away", () => {
  test("is not asked again for a second, then two, then four; once it is there, it serves", async () => {
    const reserved = await listenLocally(() => undefined);
    await reserved.stop();
    let nowMs = 0;
    const portal = await startPortal(reserved.origin, { monotonicMs: () => nowMs });
    const provider = await startHostileProvider();
    const metadata = "/.well-known/openid-configuration";
    provider.answers.set(metadata, (res) => sendJson(res, {}, 503));
    const ask = async () =>
      (await new TestBrowser().get(`${portal.origin}/api/auth/oidc/start`)).headers.get("location");

    expect(await ask()).toBe("/sign-in?problem=provider-away");
    expect(logged.join()).toContain("refused the connection");
    portal.settings.issuer = new URL(provider.issuer);
    const lines = logged.length;
    expect(await ask()).toBe("/sign-in?problem=provider-away");
    expect(logged).toHaveLength(lines); // once for each try, however many come meanwhile
    expect(provider.requests).toHaveLength(0);
    for (const [pauseMs, requests] of [[999, 0], [1, 1], [1_999, 1], [1, 2], [3_999, 2], [1, 3]] as const) {
      nowMs += pauseMs;
      await ask();
      expect(provider.requests).toHaveLength(requests);
    } // prettier-ignore
    provider.answers.clear();
    nowMs += 8_000;
    expect(await ask()).toContain(`${provider.issuer}/authorize?`);
    await Promise.all([portal.stop(), provider.stop()]);
  });
});

test("without a provider both addresses lead to the sign-in page", async () => {
  const http = await startTestHttp({ routes: oidcRoutes(null) });
  for (const name of ["start", "callback?code=a&state=b"]) {
    const response = await new TestBrowser().get(`${http.origin}/api/auth/oidc/${name}`);
    expect(response.headers.get("location")).toBe("/sign-in?problem=not-offered");
  }
  await http.stop();
});
