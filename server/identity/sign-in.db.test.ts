import { beforeEach, expect, test } from "vitest";
import { fastPasswords, useAccountDatabase } from "@/fixtures/account-database";
import { identityRequest } from "@/fixtures/identity-request";
import { adminActor } from "@/fixtures/actors";
import { type AppError, isAppError } from "@/server/errors";
import type { IdentityContext } from "./identity-context";
import { createPasswordHasher } from "./password-hasher";
import { hashToken } from "./secret-token";
import { signIn } from "./sign-in";

const database = useAccountDatabase();
const { email, password } = { email: "ann@example.org", password: "the right password" };
const origin = {
  actorKind: "system",
  actorId: null,
  actorName: "test",
  address: "",
  requestId: "",
} as const;

async function makeAccount(given: { email?: string; hasPassword?: boolean } = {}): Promise<string> {
  const user = await database.identity.users.create(
    {
      email: given.email ?? email,
      name: "Ann",
      role: "viewer",
      passwordHash: await fastPasswords.hash(password),
    },
    { ...origin, atMs: Date.now() },
  );
  if (given.hasPassword === false)
    await database.prisma.user.update({ where: { id: user.id }, data: { passwordHash: null } });
  return user.id;
}

/** What a try ends with: "in", or the code and sentence. */
async function tryOnce(
  given: { email?: string; password?: string; address?: string; identity?: IdentityContext } = {},
): Promise<string> {
  const identity = given.identity ?? database.identity;
  const request = identityRequest(identity, { address: given.address ?? "192.0.2.1" });
  try {
    await signIn(request, {
      email: given.email ?? email,
      password: given.password ?? password,
    });
    return "in";
  } catch (error) {
    if (!isAppError(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

const wrong = "UNAUTHENTICATED E-mail address or password is wrong.";
/** Time passes for the database, whose clock is the one that counts. Answers another portal: this one remembers for two seconds. */
async function timePasses(interval: string): Promise<IdentityContext> {
  await database.prisma.$executeRawUnsafe(
    `UPDATE sign_in_limits SET window_started_at = window_started_at - interval '${interval}'`,
  );
  return database.start();
}

/** What the audit says of locks since the test began. */
let firstSequence = 0n;
beforeEach(async () => {
  const head = await database.prisma.auditHead.findUniqueOrThrow({ where: { id: 1 } });
  firstSequence = head.sequence;
});
const locks = async (target: string) =>
  (
    await database.prisma.auditEntry.findMany({
      where: { action: "sign-in.locked", target, sequence: { gt: firstSequence } },
    })
  ).map(({ after }) => JSON.parse(after ?? "") as { kind: string });

test("signs in: the cookie has the token, the database its hash, and the user the time", async () => {
  const id = await makeAccount();
  const request = identityRequest(database.identity);
  const answer = await signIn(request, { email, password });
  const token = /^__Host-sightline=(\w{43}); /.exec(request.cookies[0] ?? "")?.[1] ?? "";
  const row = await database.prisma.session.findUniqueOrThrow({
    where: { tokenHash: hashToken(token) },
    include: { user: true },
  });
  expect(answer).toEqual({ email, expiresAtMs: row.expiresAt.getTime() });
  expect(row).toMatchObject({ userId: id, method: "password", address: "192.0.2.1" });
  expect(row.user.lastSignInAt).toEqual(row.createdAt);
  expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(7 * 86_400_000);
  expect(JSON.stringify(answer)).not.toContain(token);
});

test("over plain http the cookie has the other name", async () => {
  await makeAccount();
  const request = identityRequest(database.identity, { isHttps: false });
  await signIn(request, { email, password });
  expect(request.cookies[0]).toMatch(
    /^sightline=\w{43}; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
  );
});

test("the session that the request came with ends", async () => {
  await makeAccount();
  const first = identityRequest(database.identity);
  await signIn(first, { email, password });
  const { id } = await database.prisma.session.findFirstOrThrow();
  const actor = { ...adminActor, sessionId: id };
  await signIn(identityRequest(database.identity, { actor }), { email, password });
  const before = await database.prisma.session.findUniqueOrThrow({ where: { id } });
  expect(before.revokedAt).not.toBeNull();
  expect(database.told).toEqual([`session ${id}`]);
  expect(await database.prisma.session.count({ where: { revokedAt: null } })).toBe(1);
});

test("unknown, disabled, without a password and wrong: one answer after the same work", async () => {
  await makeAccount();
  await makeAccount({ email: "none@example.org", hasPassword: false });
  const disabled = await makeAccount({ email: "gone@example.org" });
  await database.prisma.user.update({ where: { id: disabled }, data: { disabledAt: new Date() } });
  const verified: string[] = [];
  const passwords = createPasswordHasher({
    hash: (text) => Promise.resolve(`decoy of ${text.length}`),
    verify: (hashed, text) => {
      verified.push(hashed);
      return fastPasswords.verify(hashed, text);
    },
  });
  const identity = { ...database.identity, passwords };
  const answers = [
    await tryOnce({ identity, password: "the wrong password" }),
    await tryOnce({ identity, email: "nobody@example.org" }),
    await tryOnce({ identity, email: "none@example.org" }),
    await tryOnce({ identity, email: "gone@example.org" }),
  ];
  expect(answers).toEqual([wrong, wrong, wrong, wrong]);
  expect(verified).toEqual([`fast:${password}`, "decoy of 36", "decoy of 36", "decoy of 36"]);
  const counted = await database.prisma.signInLimit.count();
  expect(counted).toBe(1 + 4 * 2); // the address once; each account alone and with the address
});

/** Many tries, eight at a time. Answers how many passwords were looked at, and how often each code came. */
async function flood(
  count: number,
  tryOf: (number: number) => { email?: string; address?: string },
): Promise<{ looked: number; codes: Record<string, number> }> {
  let looked = 0;
  const passwords = createPasswordHasher({
    ...fastPasswords,
    verify: () => {
      looked++;
      return Promise.resolve(false);
    },
  });
  const identity = { ...database.identity, passwords };
  const codes: Record<string, number> = {};
  for (let first = 0; first < count; first += 8) {
    const tries = Array.from({ length: 8 }, (_, index) =>
      tryOnce({ ...tryOf(first + index), identity }),
    );
    for (const answer of await Promise.all(tries)) {
      const [code = ""] = answer.split(" ", 1);
      codes[code] = (codes[code] ?? 0) + 1;
    }
  }
  return { looked, codes };
}

test("of 10,000 tries on one account from ten addresses ten are looked at", async () => {
  await makeAccount();
  expect(await flood(10_000, (number) => ({ address: `10.1.0.${number % 10}` }))).toEqual({
    looked: 10,
    codes: { UNAUTHENTICATED: 10, TOO_MANY: 9_990 },
  });
  const told = await locks(email);
  expect(told.filter(({ kind }) => kind === "account")).toMatchObject([{ attempts: 10 }]);
}, 60_000);

test("of 400 tries on one account, each from another address, ten are looked at", async () => {
  await makeAccount({ email: "many@example.org" });
  const { looked } = await flood(400, (number) => ({
    email: "many@example.org",
    address: `10.2.${Math.floor(number / 250)}.${number % 250}`,
  }));
  expect(looked).toBe(10);
  expect(await locks("many@example.org")).toMatchObject([{ kind: "account", attempts: 10 }]);
}, 60_000);

test("of 10,000 tries of one address on as many accounts a hundred are looked at", async () => {
  expect(await flood(10_000, (number) => ({ email: `somebody-${number}@example.org` }))).toEqual({
    looked: 100,
    codes: { UNAUTHENTICATED: 100, TOO_MANY: 9_900 },
  });
  expect(await tryOnce()).toBe("TOO_MANY Too many tries. Wait 15 minutes, then try again.");
  expect(await locks("192.0.2.1")).toMatchObject([{ kind: "address", attempts: 100 }]);
}, 60_000);

test("five wrong ones wait 30 s, there and not elsewhere; then it goes on", async () => {
  await makeAccount({ email: "five@example.org" });
  const one = { email: "five@example.org" };
  for (let count = 0; count < 5; count++)
    expect(await tryOnce({ ...one, password: "wrong" })).toBe(wrong);
  expect(await tryOnce(one)).toMatch(
    /^TOO_MANY Too many tries. Wait (?:2\d|30) s, then try again.$/,
  );
  expect(await tryOnce(one)).toMatch(/^TOO_MANY/);
  expect(await locks(one.email)).toMatchObject([{ kind: "account and address", attempts: 5 }]);
  expect(await tryOnce({ ...one, address: "192.0.2.77" })).toBe("in");
  const identity = await timePasses("31 seconds");
  expect(await tryOnce({ ...one, identity })).toBe("in");
});

test("the limit holds over a start and in another portal, and ends after 15 minutes", async () => {
  await makeAccount();
  for (let count = 0; count < 10; count++)
    await tryOnce({ password: "wrong", address: `192.0.2.${count}` });
  const other = await database.start();
  expect(await tryOnce({ identity: other, address: "192.0.2.50" })).toMatch(/^TOO_MANY/);
  const later = await timePasses("15 minutes");
  expect(await tryOnce({ identity: later, address: "192.0.2.50" })).toBe("in");
});

test("a success gives the tries of the account back", async () => {
  await makeAccount();
  for (let round = 0; round < 6; round++) {
    for (let count = 0; count < 4; count++)
      expect(await tryOnce({ password: "wrong" })).toBe(wrong);
    expect(await tryOnce()).toBe("in");
  }
});

test("a stranger who uses up the tries does not keep out who has signed in from here before", async () => {
  await makeAccount();
  expect(await tryOnce()).toBe("in");
  for (let count = 0; count < 30; count++)
    await tryOnce({ password: "wrong", address: `203.0.113.${count}` });
  expect(await tryOnce({ address: "203.0.113.99" })).toMatch(/^TOO_MANY/);
  expect(await tryOnce()).toBe("in");
});

test("whoever is at a known address has ten tries too", async () => {
  await makeAccount();
  expect(await tryOnce()).toBe("in");
  const answers: string[] = [];
  for (let count = 0; count < 15; count++) {
    answers.push(await tryOnce({ password: "wrong" }));
    await database.prisma
      .$executeRaw`UPDATE sign_in_limits SET window_started_at = window_started_at - interval '31 seconds' WHERE subject LIKE '%:wait-%'`;
  }
  expect(answers.filter((answer) => answer === wrong)).toHaveLength(10);
  expect(await tryOnce()).toMatch(/^TOO_MANY/);
});

test("the addresses of one IPv6 network are one address", async () => {
  await makeAccount();
  for (let count = 0; count < 5; count++)
    await tryOnce({ password: "wrong", address: `2001:db8:1:2::${count + 1}` });
  expect(await tryOnce({ address: "2001:db8:1:2:ffff::9" })).toMatch(/^TOO_MANY/);
  expect(await tryOnce({ address: "2001:db8:1:3::1" })).toBe("in");
});

test("a refusal says when to try again", async () => {
  for (let count = 0; count < 5; count++) await tryOnce();
  const request = identityRequest(database.identity);
  const refused = await signIn(request, { email, password }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "TOO_MANY" });
  const { retryAfterSeconds } = refused as AppError;
  expect(retryAfterSeconds).toBeGreaterThan(0);
  expect(retryAfterSeconds).toBeLessThanOrEqual(30);
});

test("what a stranger typed is neither in the limits nor in the audit", async () => {
  const typed = "my-secret-password@example.org";
  for (let count = 0; count < 6; count++) await tryOnce({ email: typed });
  expect(await locks("an unknown account")).toHaveLength(1);
  const stored = JSON.stringify([
    await database.prisma.signInLimit.findMany(),
    (await database.prisma.auditEntry.findMany()).map(({ target, after }) => [target, after]),
  ]);
  expect(stored).not.toContain("my-secret");
});

test("limits that have run out are pruned, others stay", async () => {
  await tryOnce();
  const { limits } = database.identity;
  const minutes = 60_000;
  expect(await limits.prune(30 * minutes)).toBe(0);
  await database.prisma
    .$executeRaw`UPDATE sign_in_limits SET window_started_at = window_started_at - interval '31 minutes'`;
  expect(await limits.prune(30 * minutes)).toBe(3);
});

test("a password that is changed while it is checked opens nothing", async () => {
  const id = await makeAccount();
  const passwords = createPasswordHasher({
    ...fastPasswords,
    verify: async () => {
      await database.prisma.user.update({ where: { id }, data: { passwordHash: "fast:another" } });
      return true;
    },
  });
  const identity = { ...database.identity, passwords };
  expect(await tryOnce({ identity })).toMatch(/^FORBIDDEN/);
  expect(await database.prisma.session.count()).toBe(0);
});
