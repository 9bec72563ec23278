import { expect, test } from "vitest";
import { useAccountDatabase } from "@/fixtures/account-database";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { identityRequest } from "@/fixtures/identity-request";
import type { Actor } from "@/server/policy/policy";
import type { Context } from "@/server/trpc/context";
import { appRouter } from "@/server/trpc/root";
import { createCallerFactory } from "@/server/trpc/trpc";

// S2: what opens something is in one answer, once, for an admin; no list, no audit row and no other role ever gets it.

const database = useAccountDatabase();
const callerOf = createCallerFactory(appRouter);

function as(actor: Actor) {
  const request = identityRequest(database.identity, { actor });
  return { request, call: callerOf(request as unknown as Context) };
}

const admin = userActor("admin");

/** Works through everything that makes a secret. Answers all of them: passwords, keys, tokens and what is stored of each. */
async function makeSecrets(): Promise<string[]> {
  const { call } = as(admin);
  const person = await call.users.create({ email: "ann@example.org", role: "viewer" });
  const reset = await call.users.resetPassword({ id: person.user.id });
  const key = await call.keys.create({ name: "agent", kind: "ingest" });
  const stranger = as(anonymousActor);
  await stranger.call.identity.signIn({ email: "ann@example.org", password: reset.password });
  const token = /=(\w{43});/.exec(stranger.request.cookies[0] ?? "")?.[1] ?? "";
  const { id: sessionId } = await database.prisma.session.findFirstOrThrow();
  const ann = { ...userActor("viewer"), id: person.user.id, name: "ann@example.org", sessionId };
  const passwords = { currentPassword: reset.password, newPassword: "a password of her own" };
  await as(ann).call.identity.changePassword(passwords);
  const stored = await Promise.all([
    database.prisma.user.findMany(),
    database.prisma.session.findMany(),
    database.prisma.apiKey.findMany(),
  ]);
  const hashes = [
    ...stored[0].flatMap(({ passwordHash }) => passwordHash ?? []),
    ...[...stored[1].map(({ tokenHash }) => tokenHash), ...stored[2].map(({ keyHash }) => keyHash)]
      .map((bytes) => Buffer.from(bytes))
      .flatMap((bytes) => [bytes.toString("hex"), bytes.toString("base64")]),
  ];
  const shown = [person.password, reset.password, key.secret, token, passwords.newPassword];
  return [...shown, ...hashes].filter((secret) => secret.length > 8);
}

test("no list and no row of the audit holds a secret", async () => {
  const secrets = await makeSecrets();
  expect(secrets.length).toBeGreaterThanOrEqual(10);
  const { call } = as(admin);
  const told = JSON.stringify([
    await call.users.list(),
    await call.keys.list(),
    await call.sessions.list(),
    await call.identity.sessions(),
    await call.identity.whoAmI(),
    (await database.prisma.auditEntry.findMany()).map(({ sequence, hash, ...row }) => [
      sequence.toString(),
      Buffer.from(hash).toString("hex"),
      row.before,
      row.after,
      row.target,
      row.actorName,
    ]),
  ]);
  expect(told).toContain("ann@example.org");
  expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
});

const outsiders = [
  ["nobody", anonymousActor],
  ["a viewer", userActor("viewer")],
  ["an operator", userActor("operator")],
  ["a read key", keyActor("read")],
  ["a control key", keyActor("control")],
  ["an ingest key", keyActor("ingest")],
] as const;

test.each(outsiders)("%s reaches nobody's account, key or session", async (_, actor) => {
  const { call } = as(actor);
  const id = crypto.randomUUID();
  const calls = [
    call.users.list(),
    call.users.create({ email: "x@example.org", role: "admin" }),
    call.users.update({ id, role: "admin" }),
    call.users.resetPassword({ id }),
    call.users.delete({ id }),
    call.keys.list(),
    call.keys.create({ name: "x", kind: "admin" }),
    call.keys.revoke({ id }),
    call.sessions.list(),
    call.sessions.revoke({ id }),
  ];
  const codes = (await Promise.allSettled(calls)).map((answer) =>
    answer.status === "rejected" ? (answer.reason as { code: string }).code : "let in",
  );
  const expected = actor.via === "anonymous" ? "UNAUTHORIZED" : "FORBIDDEN";
  expect(new Set(codes)).toEqual(new Set([expected]));
  expect(await database.prisma.user.count()).toBe(0);
});

test.each([
  ["nobody", anonymousActor],
  ["a key of the kind admin", keyActor("admin")],
] as const)("%s has no account of their own", async (_, actor) => {
  const { call } = as(actor);
  const calls = [
    call.identity.sessions(),
    call.identity.signOut(),
    call.identity.revokeOtherSessions(),
    call.identity.revokeSession({ id: crypto.randomUUID() }),
    call.identity.changePassword({ currentPassword: "x", newPassword: "a long enough one" }),
  ];
  for (const answer of await Promise.allSettled(calls)) expect(answer.status).toBe("rejected");
});
