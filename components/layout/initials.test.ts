import { expect, test } from "vitest";
import { initialsOf } from "./initials";

test.each([
  [{ name: "Ada Lovelace", email: "x@example.org" }, "AL"],
  [{ name: "Ada King Lovelace", email: "x@example.org" }, "AL"],
  [{ name: null, email: "ada.lovelace@example.org" }, "AL"],
  [{ name: "  ", email: "operator@example.org" }, "OP"],
  [{ name: "Žofie", email: "x@example.org" }, "ŽO"],
  [{ name: "𝒜da Byron", email: "x@example.org" }, "𝒜B"],
  [{ name: null, email: "" }, ""],
])("%j", (person, letters) => {
  expect(initialsOf(person)).toBe(letters);
});
