import { describe, expect, test } from "vitest";
import { KeyKind } from "@/domain/identity/api-key";
import { anonymousActor, keyActor, userActor } from "@/fixtures/actors";
import { type Actor, isAllowed, isPolicy, nobody, type Policy, refusalOf } from "./policy";

const roles = ["public", "viewer", "operator", "admin"] as const;
const others = ["account", "ingest", "metrics", "prompts"] as const;

test.each(roles)("the role %s may use what it or a weaker role may, and nothing above", (role) => {
  const allowed = roles.filter((policy) => isAllowed({ ...nobody, role }, policy));
  expect(allowed).toEqual(roles.slice(0, roles.indexOf(role) + 1));
});

test("somebody who is nobody may do what is public and nothing else", () => {
  expect([...roles, ...others].filter((policy) => isAllowed(nobody, policy))).toEqual(["public"]);
});

test("no role stands for a right of its own", () => {
  const bare: Actor = { ...nobody, role: "admin", via: "key", keyKind: "admin" };
  expect(others.filter((policy) => isAllowed(bare, policy))).toEqual([]);
});

describe("what each kind of key may do", () => {
  const granted: Record<KeyKind, Policy[]> = {
    viewer: ["public", "viewer", "metrics"],
    operator: ["public", "viewer", "operator", "metrics", "prompts"],
    admin: ["public", "viewer", "operator", "admin", "metrics", "prompts"],
    read: ["public", "viewer", "metrics"],
    control: ["public", "viewer", "operator"],
    ingest: ["public", "ingest"],
  };
  test.each(KeyKind.options)("%s", (kind) => {
    expect([...roles, ...others].filter((policy) => isAllowed(keyActor(kind), policy))).toEqual(
      granted[kind],
    );
  });
});

test.each([undefined, "", "everybody", null, "ADMIN"])(
  "a policy that is not one (%j) grants nothing",
  (policy) => {
    expect(isPolicy(policy)).toBe(false);
    expect(isAllowed(userActor("admin"), policy as Policy)).toBe(false);
  },
);

describe("the refusal", () => {
  test("of nobody in particular asks for a sign-in or a key", () => {
    expect(refusalOf(anonymousActor, "viewer")).toEqual({
      code: "UNAUTHENTICATED",
      message:
        "This needs the role viewer. Sign in, or send an API key as the header Authorization: Bearer KEY.",
    });
  });
  test("of a session or key that was not taken says why", () => {
    const refusal = { code: "UNAUTHENTICATED", message: "Your session has ended." } as const;
    expect(refusalOf({ ...anonymousActor, refusal }, "admin")).toBe(refusal);
  });
  test("of somebody with too few rights says which are needed, and which there are", () => {
    expect(refusalOf(userActor("viewer"), "operator")).toEqual({
      code: "FORBIDDEN",
      message: "This needs the role operator; you are viewer. Ask an admin.",
    });
    expect(refusalOf(keyActor("ingest"), "viewer").message).toBe(
      "This needs the role viewer; you are a key of the kind ingest. Ask an admin.",
    );
  });
});
