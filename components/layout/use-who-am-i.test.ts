import { expect, test } from "vitest";
import type { WhoAmI } from "@/domain/identity/who-am-i";
import { stillEnded } from "./use-who-am-i";

const stranger: WhoAmI = {
  role: null,
  via: "anonymous",
  email: null,
  name: null,
  sessionEnded: false,
  setupOpen: false,
  oidcName: null,
  plainHttp: false,
  admins: [],
};
const ended = { ...stranger, sessionEnded: true };

test("that a session has ended stays known on the way to the sign-in page, where the server says it no more", () => {
  expect(stillEnded(ended, stranger)).toEqual(ended);
  expect(stillEnded(undefined, stranger)).toBe(stranger);
  expect(stillEnded(stranger, stranger)).toBe(stranger);
});

test("whoever has signed in again has a session", () => {
  const person: WhoAmI = { ...stranger, role: "viewer", via: "session", email: "ada@example.org" };
  expect(stillEnded(ended, person)).toBe(person);
});
