import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { identityRequest } from "@/fixtures/identity-request";
import { SignInMethod } from "@/domain/identity/session";
import { appRouter } from "@/server/trpc/root";
import type { IdentityContext } from "./identity-context";
import { oidcRoutes } from "./oidc-routes";
import { setupFirstAdmin } from "./setup-first-admin";
import { signIn } from "./sign-in";

// A8: every way in is one of these, and each ends in openSession.

const folder = path.resolve(import.meta.dirname, "..");
const sources = globSync("**/*.ts", { cwd: folder })
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => ({
    file: path.basename(file),
    text: readFileSync(path.join(folder, file), "utf8"),
  }));

/** Files that call something, without the one that defines it. */
function callersOf(call: RegExp): string[] {
  return sources
    .filter(({ text }) => call.test(text.replaceAll(/export (?:async )?function \w+\(/g, "")))
    .map(({ file }) => file)
    .toSorted();
}

test("only openSession makes a session and its cookie", () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(callersOf(/\bsession\.(?:create|upsert|createMany)\b|INSERT INTO "?sessions/)).toEqual([
    "session-store.ts",
  ]);
  expect(callersOf(/\bsessions\.open\(/)).toEqual(["open-session.ts"]);
  expect(callersOf(/\bsessionCookie\(/)).toEqual(["open-session.ts"]);
});

test("each method of signing in ends there, by a caller of its own", () => {
  const callers = callersOf(/\b(?:openSession|signInProven)\(/);
  const methods = sources
    .filter(({ file }) => callers.includes(file))
    .flatMap(({ text }) => [...text.matchAll(/\bmethod: "([a-z]+)"/g)].map(([, method]) => method));
  expect(methods.toSorted()).toEqual(SignInMethod.options.toSorted());
  expect(callersOf(/\bsignInProven\(/)).toEqual(["setup-first-admin.ts", "sign-in.ts"]);
  expect(callersOf(/\bopenSession\(/)).toEqual([
    "oidc-feature.ts",
    "oidc-routes.ts",
    "sign-in-proven.ts",
  ]);
});

test("nobody in particular can change something by these alone: the ways in", () => {
  const procedures = appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: string; meta?: { policy?: string } } }
  >;
  const open = Object.entries(procedures)
    .filter(([, { _def }]) => _def.type === "mutation" && _def.meta?.policy === "public")
    .map(([name]) => name);
  expect(open.toSorted()).toEqual(["identity.setup", "identity.signIn"]);
  expect(oidcRoutes(null).map(({ method, policy }) => `${method} ${policy}`)).toEqual([
    "GET public",
    "GET public",
  ]);
});

const proven = {
  users: {
    readForSignIn: () =>
      Promise.resolve({
        id: "id",
        email: "a@example.org",
        passwordHash: "hash",
        isDisabled: false,
        addresses: [],
      }),
    createFirstAdmin: () => Promise.resolve({ id: "id" }),
  },
  limits: {
    take: () => Promise.resolve({ waitMs: null, beginsLock: false }),
    clear: () => Promise.resolve(),
  },
  passwords: { verify: () => Promise.resolve(true), hash: () => Promise.resolve("hash") },
  setup: { isOpen: () => Promise.resolve(true), accepts: () => true, close: () => undefined },
  credentials: { invalidateSession: () => undefined },
  sessionMaxMs: 1_000,
};

/** All proofs are right; whether the account may come in is for the check in openSession alone. */
function identityThat(isAdmitted: boolean): IdentityContext {
  const open = () => Promise.resolve(isAdmitted ? { email: "a@example.org" } : null);
  return { ...proven, sessions: { open } } as unknown as IdentityContext;
}

const input = { email: "a@example.org", password: "a password of it", code: "code" };

test.each([
  ["password", signIn],
  ["setup", setupFirstAdmin],
])("%s: an account that openSession refuses does not come in", async (_, verb) => {
  const admitted = identityRequest(identityThat(true));
  await verb(admitted, input);
  expect(admitted.cookies).toHaveLength(1);
  const refused = identityRequest(identityThat(false));
  await expect(verb(refused, input)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(refused.cookies).toEqual([]);
});
