import { expect, test } from "vitest";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { identityRequest } from "@/fixtures/identity-request";
import { sessionEnded } from "./actor-of";
import type { IdentityContext } from "./identity-context";
import { whoAmI } from "./who-am-i";

const asked: string[] = [];
const identity = {
  users: {
    readName: (id: string) => {
      asked.push(id);
      return Promise.resolve("Ann");
    },
    adminEmails: () => Promise.resolve(["boss@example.org"]),
  },
  setup: { isOpen: () => Promise.resolve(false) },
  oidcName: "example.org",
} as unknown as IdentityContext;

test("a stranger learns how to come in, and nothing of the system or its people", async () => {
  const answer = await whoAmI(identityRequest(identity, { actor: anonymousActor }));
  expect(answer).toEqual({
    role: null,
    via: "anonymous",
    email: null,
    name: null,
    sessionEnded: false,
    setupOpen: false,
    oidcName: "example.org",
    plainHttp: false,
    admins: [],
  });
});

test("somebody who has signed in learns who may help", async () => {
  const actor = userActor("operator");
  expect(await whoAmI(identityRequest(identity, { actor }))).toMatchObject({
    role: "operator",
    via: "session",
    email: "operator@example.org",
    name: "Ann",
    admins: ["boss@example.org"],
  });
  expect(asked).toEqual([actor.id]);
});

test("a key has a name and no address, and learns of no admin", async () => {
  const request = identityRequest(identity, { actor: keyActor("ingest") });
  expect(await whoAmI(request)).toMatchObject({
    role: null,
    via: "key",
    email: null,
    name: "ingest key",
    admins: [],
  });
});

test.each([
  [true, "__Host-sightline=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"],
  [false, "sightline=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"],
])(
  "a session that has ended is told, and its cookie goes (https: %s)",
  async (isHttps, cleared) => {
    const actor = { ...anonymousActor, refusal: sessionEnded };
    const request = identityRequest(identity, { actor, isHttps });
    expect(await whoAmI(request)).toMatchObject({ sessionEnded: true, plainHttp: !isHttps });
    expect(request.cookies).toEqual([cleared]);
  },
);

test("a key that is not taken, or comes beside a cookie, ends no session", async () => {
  const refusal = { code: "UNAUTHENTICATED", message: "This API key is not known here." } as const;
  const request = identityRequest(identity, { actor: { ...anonymousActor, refusal } });
  expect(await whoAmI(request)).toMatchObject({ via: "anonymous", sessionEnded: false });
  expect(request.cookies).toEqual([]);
});

test("whoever is signed in keeps the cookie", async () => {
  const request = identityRequest(identity, { actor: userActor("viewer") });
  await whoAmI(request);
  expect(request.cookies).toEqual([]);
});

test("it answers while the database is away", async () => {
  const away = () => Promise.reject(new Error("away"));
  const users = { readName: away, adminEmails: away };
  const without = { ...identity, users } as unknown as IdentityContext;
  const request = identityRequest(without, { actor: userActor("viewer") });
  expect(await whoAmI(request)).toMatchObject({ role: "viewer", name: null, admins: [] });
});
