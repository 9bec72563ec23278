import { describe, expect, test } from "vitest";
import { personOf } from "./oidc-claims";

const identity = { issuer: "https://id.example.org", subject: "ada" };
const verified = (email: unknown) =>
  personOf(identity, { email, email_verified: true })?.verifiedEmail;

describe("personOf", () => {
  test("an address counts in lower case, when it is said to be verified", () => {
    expect(verified("Ada.L+gpu@Example.ORG")).toBe("ada.l+gpu@example.org");
    for (const email_verified of [false, "true", 1, null, undefined, {}, [true]])
      expect(personOf(identity, { email: "a@b.c", email_verified })?.verifiedEmail).toBeNull();
  });

  test.each([
    "\u212Aelvin@example.org", // the sign for kelvin, whose lower case is k
    "\u0130ris@example.org",
    "ada@ex\u0430mple.org", // a Cyrillic a
    "ada@example.org\u200B",
    "ada @example.org",
    "ada@example.org\n",
    "ada",
    "@",
    "ada@@example.org",
    "a".repeat(65) + "@example.org",
    "",
    7,
    null,
    ["ada@example.org"],
    { toString: () => "ada@example.org" },
  ])("%j is no address", (email) => {
    expect(verified(email)).toBeNull();
  });

  test("a name is one line of 80 characters at most", () => {
    const nameOf = (claims: object) => personOf(identity, claims)?.name;
    expect(nameOf({ name: "Ada Lovelace", preferred_username: "ada" })).toBe("Ada Lovelace");
    expect(nameOf({ preferred_username: "ada" })).toBe("ada");
    expect(nameOf({ name: "Ada\n\u202Eecalevol\u0000 " })).toBe("Adaecalevol");
    expect(nameOf({ name: "😀".repeat(100) })).toBe("😀".repeat(80));
    expect(nameOf({ name: ["Ada"] })).toBe("");
    expect(nameOf({})).toBe("");
  });

  test.each(["", "a".repeat(256), "ä", "a\nb", "\u0000"])("the subject %j is none", (subject) => {
    expect(personOf({ ...identity, subject }, {})).toBeNull();
  });

  test("claims that are none at all give nothing", () => {
    for (const claims of [null, undefined, "text", 7, []])
      expect(personOf(identity, claims)).toEqual({ ...identity, verifiedEmail: null, name: "" });
  });
});
