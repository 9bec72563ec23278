import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { identityRequest } from "@/fixtures/identity-request";
import { isAppError } from "@/server/errors";
import { logger } from "@/server/logger";
import type { IdentityContext } from "./identity-context";
import { createSetupCode } from "./setup-code";
import { setupFirstAdmin } from "./setup-first-admin";
import { signIn } from "./sign-in";
import { whoAmI } from "./who-am-i";

const database = useAccountDatabase();
const codeFile = () => path.join(database.dataDir, "setup-code");
const readCode = () => readFileSync(codeFile(), "utf8").trim();
const person = { email: "first@example.org", password: "the first password" };

async function tryOnce(
  code: string,
  given: { identity?: IdentityContext; address?: string; email?: string } = {},
): Promise<string> {
  const request = identityRequest(given.identity ?? database.identity, {
    address: given.address ?? "192.0.2.1",
  });
  try {
    await setupFirstAdmin(request, { ...person, email: given.email ?? person.email, code });
    return "in";
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code;
  }
}

const isOpen = async () => (await whoAmI(identityRequest(database.identity))).setupOpen;

test("the code lies in a file of its owner alone and works once: the first admin is signed in", async () => {
  const code = readCode();
  expect(statSync(codeFile()).mode & 0o777).toBe(0o600);
  expect(await isOpen()).toBe(true);
  const request = identityRequest(database.identity);
  const answer = await setupFirstAdmin(request, { ...person, code });
  expect(answer.email).toBe(person.email);
  expect(request.cookies).toHaveLength(1);
  expect(await database.prisma.session.findFirstOrThrow()).toMatchObject({ method: "setup" });
  expect(await database.prisma.user.findFirstOrThrow()).toMatchObject({ role: "admin" });
  expect(existsSync(codeFile())).toBe(false);
  expect(await isOpen()).toBe(false);
  expect(await tryOnce(code)).toBe("FORBIDDEN");
  await signIn(identityRequest(database.identity), person);
  const row = await database.prisma.auditEntry.findFirstOrThrow({ orderBy: { sequence: "desc" } });
  expect(row).toMatchObject({ action: "setup.first-admin", target: person.email });
  expect(`${row.after}`).not.toContain(code);
});

test("it takes the code as somebody types it", async () => {
  const typed = ` ${readCode().toLowerCase().replaceAll("-", " ")} `;
  expect(await tryOnce(typed)).toBe("in");
});

test("a wrong code is refused, and after five there is a wait for that address alone", async () => {
  const code = readCode();
  for (let count = 0; count < 5; count++) expect(await tryOnce("wrong")).toBe("UNAUTHENTICATED");
  expect(await tryOnce(code)).toBe("TOO_MANY");
  expect(await tryOnce(code, { address: "192.0.2.2" })).toBe("in");
});

test.each(["", "-", "\0", "ÄÖÜ"])("nothing is no code: %j", async (code) => {
  expect(await tryOnce(code)).toBe("UNAUTHENTICATED");
});

test("of several at the same time one is the admin", async () => {
  const code = readCode();
  const answers = await Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      tryOnce(code, { email: `first-${index}@example.org`, address: `192.0.2.${index}` }),
    ),
  );
  expect(answers.toSorted()).toEqual(["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "in"]);
  expect(await database.prisma.user.count()).toBe(1);
  expect(await database.prisma.session.count()).toBe(1);
});

test("of two portals at the same time one makes the admin", async () => {
  const first = readCode();
  const other = await database.start();
  const answers = await Promise.all([
    tryOnce(first),
    tryOnce(readCode(), { identity: other, email: "other@example.org" }),
  ]);
  expect(answers.toSorted()).toEqual(["FORBIDDEN", "in"]);
  expect(await database.prisma.user.count()).toBe(1);
});

test("each portal has a code of its own, and none is left when one made the admin", async () => {
  const first = readCode();
  const other = await database.start();
  const second = readCode();
  expect(second).not.toBe(first);
  expect(await tryOnce(first, { identity: other })).toBe("UNAUTHENTICATED");
  expect(await tryOnce(first)).toBe("in");
  expect(await tryOnce(second, { identity: other })).toBe("FORBIDDEN");
});

test("a start with an admin makes no code and removes one that was left", async () => {
  expect(await tryOnce(readCode())).toBe("in");
  await database.start();
  expect(existsSync(codeFile())).toBe(false);
});

test("an account of that address becomes the admin, and whoever had signed in to it is out", async () => {
  const account = {
    email: person.email,
    name: "",
    role: "viewer",
    passwordHash: "fast:old",
  } as const;
  const origin = { actorKind: "system", actorId: null, actorName: "test" } as const;
  const { id } = await database.identity.users.create(account, {
    ...origin,
    address: "",
    requestId: "",
    atMs: Date.now(),
  });
  await signIn(identityRequest(database.identity), { email: person.email, password: "old" });
  expect(await tryOnce(readCode())).toBe("in");
  const user = await database.prisma.user.findUniqueOrThrow({
    where: { id },
    include: { sessions: { where: { revokedAt: null } } },
  });
  expect(user.role).toBe("admin");
  expect(user.sessions.map(({ method }) => method)).toEqual(["setup"]);
});

test("a code ends after 60 minutes", async () => {
  let elapsedMs = 0;
  const code = await createSetupCode({
    dataDir: database.dataDir,
    hasAdmin: () => Promise.resolve(false),
    logger,
    elapsedMs: () => elapsedMs,
  });
  const text = readCode();
  elapsedMs = 60 * 60_000 - 1;
  expect(code.accepts(text)).toBe(true);
  elapsedMs += 1;
  expect(code.accepts(text)).toBe(false);
  code.stop();
  expect(existsSync(codeFile())).toBe(false);
});

test("a folder that cannot be written stops no start, and there is no code", async () => {
  const said: unknown[] = [];
  const code = await createSetupCode({
    dataDir: "/dev/null/folder",
    hasAdmin: () => Promise.resolve(false),
    logger: { warn: (...line: unknown[]) => void said.push(line) },
  });
  expect(await code.isOpen()).toBe(false);
  expect(code.accepts("")).toBe(false);
  expect(said).toHaveLength(1);
  code.stop();
});
