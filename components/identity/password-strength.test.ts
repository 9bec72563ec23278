import { expect, test } from "vitest";
import { passwordStrength } from "./password-strength";

test.each([
  ["", "weak"],
  ["aaaaaaaaaaaaaaaa", "weak"],
  ["123456789012", "weak"],
  ["abcdefghijklmnop", "weak"],
  ["password1234", "weak"],
  ["Sightline-admin-1", "weak"],
  ["ada.lovelace12", "weak"],
  ["Ada.Lovelace-Ada.Lovelace", "weak"],
  ["tomorrow rain", "fair"],
  ["correct horse battery staple", "strong"],
  ["vK8#qZ2!mT5&xR", "strong"],
  ["гроза над полем", "strong"],
])("%j is %s", (password, strength) => {
  expect(passwordStrength(password, "ada.lovelace@example.org")).toBe(strength);
});

test("a short local part of the address does not spoil a password that has its letter", () => {
  expect(passwordStrength("vK8#qZ2!mT5&xR", "k@example.org")).toBe("strong");
});
