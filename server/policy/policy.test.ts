import { expect, test } from "vitest";
import { type Actor, isAllowed, isPolicy, type Policy, unprotectedActor } from "./policy";

const roles = ["public", "viewer", "operator", "admin"] as const;

test.each(roles)("the role %s may use what it or a weaker role may, and nothing above", (role) => {
  const actor: Actor = { role, via: "unprotected" };
  const allowed = roles.filter((policy) => isAllowed(actor, policy));
  expect(allowed).toEqual(roles.slice(0, roles.indexOf(role) + 1));
});

test("until users exist, whoever reaches the server has every right", () => {
  expect(roles.every((policy) => isAllowed(unprotectedActor, policy))).toBe(true);
});

test.each([undefined, "", "everybody", null, "ADMIN"])(
  "a policy that is not one (%j) grants nothing",
  (policy) => {
    expect(isPolicy(policy)).toBe(false);
    expect(isAllowed(unprotectedActor, policy as Policy)).toBe(false);
  },
);
