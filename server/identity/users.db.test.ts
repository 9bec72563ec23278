import { beforeEach, expect, test } from "vitest";
import { fastPasswords, useAccountDatabase } from "@/fixtures/account-database";
import { identityRequest } from "@/fixtures/identity-request";
import type { UserRole } from "@/domain/identity/user-role";
import { isAppError } from "@/server/errors";
import { type Actor, nobody } from "@/server/policy/policy";
import { changePassword } from "./change-password";
import { createUser } from "./create-user";
import { deleteUser } from "./delete-user";
import { listSessions } from "./list-sessions";
import { resetPassword } from "./reset-password";
import { revokeOtherSessions } from "./revoke-other-sessions";
import { revokeSession } from "./revoke-session";
import { signIn } from "./sign-in";
import { signOut } from "./sign-out";
import { updateUser } from "./update-user";

const database = useAccountDatabase();
const password = "the right password";
let boss: Actor;
let firstSequence = 0n;

beforeEach(async () => {
  boss = await makeUser("boss@example.org", "admin");
  const head = await database.prisma.auditHead.findUniqueOrThrow({ where: { id: 1 } });
  firstSequence = head.sequence;
});

/** A user as the actor of requests, with a session. */
async function makeUser(email: string, role: UserRole): Promise<Actor> {
  const passwordHash = await fastPasswords.hash(password);
  const user = await database.identity.users.create(
    { email, name: "", role, passwordHash },
    {
      actorKind: "system",
      actorId: null,
      actorName: "test",
      address: "",
      requestId: "",
      atMs: Date.now(),
    },
  );
  const actor: Actor = { ...nobody, role, via: "session", id: user.id, name: email };
  return { ...actor, sessionId: await openFor(actor) };
}

async function openFor(actor: Actor): Promise<string> {
  await signIn(identityRequest(database.identity), { email: actor.name, password });
  const sessions = await database.prisma.session.findMany({
    where: { userId: actor.id ?? "" },
    orderBy: { createdAt: "desc" },
  });
  return sessions[0]?.id ?? "";
}

const as = (actor: Actor) => identityRequest(database.identity, { actor });
const userOf = async (email: string) =>
  (await database.identity.users.list(Date.now())).find((user) => user.email === email);
const holding = async (actor: Actor) =>
  (await database.identity.sessions.list({ nowMs: Date.now(), userId: actor.id ?? "" })).length;
const rows = async () =>
  (
    await database.prisma.auditEntry.findMany({
      where: { sequence: { gt: firstSequence } },
      orderBy: { sequence: "asc" },
    })
  ).map(({ action, target, actorName }) => `${actorName}: ${action} ${target}`);

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    if (!isAppError(error)) throw error;
    return `${error.code} ${error.message}`;
  }
}

test("a new user signs in with the password of the answer, which is nowhere else", async () => {
  const made = await createUser(as(boss), {
    email: "new@example.org",
    name: "New",
    role: "viewer",
  });
  expect(made.password).toMatch(/^(?:[2-9A-HJ-NP-Z]{5}-){4}[2-9A-HJ-NP-Z]{5}$/);
  expect(made.user).toMatchObject({ email: "new@example.org", role: "viewer", hasPassword: true });
  const entry = identityRequest(database.identity);
  await signIn(entry, { email: "new@example.org", password: made.password });
  expect(entry.cookies).toHaveLength(1);
  const told = JSON.stringify([await database.identity.users.list(Date.now()), await rows()]);
  expect(told).not.toContain(made.password);
  expect(await rows()).toEqual(["boss@example.org: user.create new@example.org"]);
});

test("an address has one account, and a refusal leaves no row", async () => {
  const again = createUser(as(boss), { email: "boss@example.org", name: "", role: "admin" });
  expect(await problemOf(again)).toBe("INVALID email: boss@example.org has an account already.");
  expect(await rows()).toEqual([]);
});

test("of two at once with one address one is made", async () => {
  const make = () =>
    problemOf(createUser(as(boss), { email: "two@example.org", name: "", role: "viewer" }));
  const answers = await Promise.all([make(), make(), make()]);
  expect(answers.filter((answer) => answer === "")).toHaveLength(1);
  expect(await rows()).toHaveLength(1);
});

test("what is left out of a change stays, and each change is told with before and after", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const id = ann.id ?? "";
  await updateUser(as(boss), { id, name: "Ann" });
  await updateUser(as(boss), { id, role: "operator" });
  expect(await userOf("ann@example.org")).toMatchObject({ name: "Ann", role: "operator" });
  const last = await database.prisma.auditEntry.findFirstOrThrow({ orderBy: { sequence: "desc" } });
  expect(JSON.parse(last.before ?? "")).toMatchObject({ role: "viewer", name: "Ann" });
  expect(JSON.parse(last.after ?? "")).toMatchObject({ role: "operator", name: "Ann" });
  expect(database.told).toEqual([`user ${id}`, `user ${id}`]);
});

test("disabling ends the sessions and lets nobody in, enabling lets in again", async () => {
  const ann = await makeUser("ann@example.org", "operator");
  const id = ann.id ?? "";
  expect(await holding(ann)).toBe(1);
  await updateUser(as(boss), { id, disabled: true });
  expect(await holding(ann)).toBe(0);
  expect(database.told).toEqual([`user ${id}`]);
  expect(await problemOf(openFor(ann))).toMatch(/^UNAUTHENTICATED/);
  const disabledAtMs = (await userOf(ann.name))?.disabledAtMs;
  await updateUser(as(boss), { id, disabled: true, name: "Ann" });
  expect((await userOf(ann.name))?.disabledAtMs).toBe(disabledAtMs);
  await updateUser(as(boss), { id, disabled: false });
  await openFor(ann);
  expect(await holding(ann)).toBe(1);
  const told = (await rows()).filter((row) => row.includes("ann@") && !row.includes("create"));
  expect(told).toEqual(
    ["user.disable", "user.update", "user.enable"].map(
      (action) => `boss@example.org: ${action} ann@example.org`,
    ),
  );
});

test("a deleted user is gone with sessions and rights", async () => {
  const ann = await makeUser("ann@example.org", "admin");
  await deleteUser(as(boss), { id: ann.id ?? "" });
  expect(await userOf(ann.name)).toBeUndefined();
  expect(await database.prisma.session.count({ where: { userId: ann.id ?? "" } })).toBe(0);
  expect(database.told).toEqual([`user ${ann.id}`]);
  const gone = { id: ann.id ?? "" };
  for (const work of [
    () => deleteUser(as(boss), gone),
    () => updateUser(as(boss), { ...gone, name: "x" }),
    () => resetPassword(as(boss), gone),
  ])
    expect(await problemOf(work())).toBe("NOT_FOUND There is no such user.");
});

test.each([
  ["delete", (id: string) => deleteUser(as(boss), { id })],
  ["disable", (id: string) => updateUser(as(boss), { id, disabled: true })],
  ["demote", (id: string) => updateUser(as(boss), { id, role: "operator" })],
])("the last admin who may sign in stays: %s", async (_, work) => {
  const off = await makeUser("off@example.org", "admin");
  await updateUser(as(boss), { id: off.id ?? "", disabled: true });
  const before = await rows();
  expect(await problemOf(work(boss.id ?? ""))).toBe(
    "FORBIDDEN boss@example.org is the last admin who may sign in. Make somebody else an admin first.",
  );
  expect(await userOf(boss.name)).toMatchObject({ role: "admin", disabledAtMs: null });
  expect(await rows()).toEqual(before);
});

test("admins who remove each other at the same time leave one", async () => {
  for (let round = 0; round < 5; round++) {
    const admins = await Promise.all(
      Array.from({ length: 4 }, (_, index) => makeUser(`a${round}-${index}@example.org`, "admin")),
    );
    const everybody = [boss, ...admins].filter((one) => one.id !== null);
    const present = await database.identity.users.list(Date.now());
    const ids = everybody
      .map(({ id }) => id ?? "")
      .filter((id) => present.some((u) => u.id === id));
    await Promise.all(
      ids.map((id, index) =>
        problemOf(
          [
            () => deleteUser(as(boss), { id }),
            () => updateUser(as(boss), { id, disabled: true }),
            () => updateUser(as(boss), { id, role: "viewer" }),
          ][index % 3]?.() ?? Promise.resolve(),
        ),
      ),
    );
    expect(await database.identity.users.adminEmails(10)).toHaveLength(1);
  }
});

test("a reset gives a new password, ends the sessions and lets in who was locked out", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  for (let count = 0; count < 11; count++) {
    const from = identityRequest(database.identity, { address: `203.0.113.${count}` });
    await problemOf(signIn(from, { email: ann.name, password: "wrong" }));
  }
  for (let count = 0; count < 6; count++)
    await problemOf(
      signIn(identityRequest(database.identity), { email: ann.name, password: "wrong" }),
    );
  const reset = await resetPassword(as(boss), { id: ann.id ?? "" });
  expect(await holding(ann)).toBe(0);
  for (const address of ["198.51.100.7", "192.0.2.1"]) {
    const from = () => identityRequest(database.identity, { address });
    expect(await problemOf(signIn(from(), { email: ann.name, password }))).toMatch(/^UNAUTH/);
    expect(await problemOf(signIn(from(), { email: ann.name, password: reset.password }))).toBe("");
  }
  expect(await rows()).toContain("boss@example.org: user.reset-password ann@example.org");
});

test("a changed password ends the other sessions and not this one", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  await openFor(ann);
  await openFor(ann);
  const newPassword = "another password";
  const change = { currentPassword: password, newPassword };
  expect(await changePassword(as(ann), change)).toEqual({ count: 2 });
  const { sessions } = await listSessions(as(ann), { userId: ann.id ?? "" });
  expect(sessions.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([[ann.sessionId, true]]);
  expect(await problemOf(openFor(ann))).toMatch(/^UNAUTHENTICATED/);
  const entry = identityRequest(database.identity);
  await signIn(entry, { email: ann.name, password: newPassword });
  expect(await rows()).toContain("ann@example.org: password.change ann@example.org");
});

test("a wrong current password is refused, and only so often", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const change = { currentPassword: "wrong", newPassword: "another password" };
  const answers: string[] = [];
  for (let count = 0; count < 6; count++)
    answers.push(await problemOf(changePassword(as(ann), change)));
  expect(new Set(answers.slice(0, 5))).toEqual(
    new Set(["INVALID currentPassword: is not your password."]),
  );
  expect(answers[5]).toMatch(/^TOO_MANY/);
  expect((await rows()).filter((row) => row.includes("password.change"))).toEqual([]);
});

test("the new password is another one, and an account without one has none to change", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const same = { currentPassword: password, newPassword: password };
  expect(await problemOf(changePassword(as(ann), same))).toMatch(/^INVALID newPassword/);
  await database.prisma.user.update({
    where: { id: ann.id ?? "" },
    data: { passwordHash: null },
  });
  expect(await problemOf(changePassword(as(ann), same))).toMatch(/^INVALID Your account has no/);
});

test("one's own sessions: seen, and ended one by one or all others; other people's are not there", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const others = [await openFor(ann), await openFor(ann), await openFor(ann)];
  const userId = ann.id ?? "";
  const { sessions } = await listSessions(as(ann), { userId });
  expect(sessions).toHaveLength(4);
  expect(sessions[0]).toMatchObject({ email: ann.name, method: "password", device: "curl" });
  await revokeSession(as(ann), { id: others[0] ?? "", userId });
  const answers = [
    await problemOf(revokeSession(as(ann), { id: boss.sessionId ?? "", userId })),
    await problemOf(revokeSession(as(ann), { id: others[0] ?? "", userId })),
    await problemOf(revokeSession(as(ann), { id: crypto.randomUUID(), userId })),
  ];
  expect(new Set(answers)).toEqual(
    new Set(["NOT_FOUND There is no such session, or it has ended."]),
  );
  expect(await holding(boss)).toBe(1);
  expect(await revokeOtherSessions(as(ann))).toEqual({ count: 2 });
  expect(await holding(ann)).toBe(1);
});

test("an admin ends anybody's session", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  await revokeSession(as(boss), { id: ann.sessionId ?? "" });
  expect(await holding(ann)).toBe(0);
  expect(database.told).toEqual([`session ${ann.sessionId}`]);
  expect(await rows()).toContain("boss@example.org: session.revoke ann@example.org");
});

test("signing out ends the session and clears the cookie", async () => {
  const request = as(boss);
  await signOut(request);
  expect(await holding(boss)).toBe(0);
  expect(request.cookies).toEqual([expect.stringMatching(/^__Host-sightline=; .*Max-Age=0/)]);
});

test("ended sessions go after 30 days, others stay", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const day = 86_400_000;
  const old = await openFor(ann);
  await database.prisma.session.update({
    where: { id: old },
    data: { revokedAt: new Date(Date.now() - 31 * day) },
  });
  const recent = await openFor(ann);
  await database.prisma.session.update({
    where: { id: recent },
    data: { revokedAt: new Date(Date.now() - 29 * day) },
  });
  expect(await database.identity.sessions.prune(Date.now() - 30 * day)).toBe(1);
  const left = await database.prisma.session.findMany({ where: { userId: ann.id ?? "" } });
  expect(left.map(({ id }) => id).toSorted()).toEqual([ann.sessionId, recent].toSorted());
});

test("a session that was not used for too long or has run out is in no list", async () => {
  const ann = await makeUser("ann@example.org", "viewer");
  const hour = 3_600_000;
  const at = (nowMs: number) => database.identity.sessions.list({ nowMs, userId: ann.id ?? "" });
  expect(await at(Date.now() + 11 * hour)).toHaveLength(1);
  expect(await at(Date.now() + 13 * hour)).toHaveLength(0);
  expect((await userOf(ann.name))?.activeSessions).toBe(1);
  const later = await database.identity.users.list(Date.now() + 13 * hour);
  expect(later.find(({ email }) => email === ann.name)?.activeSessions).toBe(0);
});
