import { expect, test } from "vitest";
import { clearedSessionCookie, sessionCookie } from "./session-cookie";

const session = { token: "abc", expiresAtMs: Date.UTC(2026, 10, 24, 12) };

test("over https the cookie has the prefix that needs Secure, the root path and no domain", () => {
  expect(sessionCookie({ ...session, isHttps: true })).toBe(
    "__Host-sightline=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Expires=Tue, 24 Nov 2026 12:00:00 GMT",
  );
});

test("over plain http it is one that a browser takes there", () => {
  expect(sessionCookie({ ...session, isHttps: false })).toBe(
    "sightline=abc; Path=/; HttpOnly; SameSite=Lax; Expires=Tue, 24 Nov 2026 12:00:00 GMT",
  );
});

test.each([
  [true, "__Host-sightline=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"],
  [false, "sightline=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"],
])("signing out drops it at once (https %j)", (isHttps, header) => {
  expect(clearedSessionCookie({ isHttps })).toBe(header);
});
