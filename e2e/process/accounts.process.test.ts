import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { cleanUpAll, newDataDir, startPortal } from "./portal-process";

afterEach(cleanUpAll);

type Portal = Awaited<ReturnType<typeof startPortal>>;

const person = { email: "first@example.org", password: "a password to begin with" };

/** Calls a procedure over REST, as a page of this site would. */
function post(portal: Portal, address: string, body: object): Promise<Response> {
  return fetch(`${portal.url}/api/${address}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: portal.url },
    body: JSON.stringify(body),
  });
}

async function whoIs(portal: Portal, answer: Response): Promise<unknown> {
  const cookie = answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const who = await fetch(`${portal.url}/api/identity/who-am-i`, { headers: { cookie } });
  return who.json();
}

test("the first admin is made with the code in the file, which is printed into no log and gone afterwards", async () => {
  const portal = await startPortal({ settings: { LOG_LEVEL: "trace" } });
  await portal.ready();
  const file = path.join(portal.dataDir, "setup-code");
  const code = readFileSync(file, "utf8").trim();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(portal.output()).toContain(`Make the first admin: ${portal.url}/setup (the code is in`);

  expect((await post(portal, "identity/setup", { ...person, code: "wrong" })).status).toBe(401);
  const made = await post(portal, "identity/setup", { ...person, code });
  expect(made.status).toBe(200);
  expect(await whoIs(portal, made)).toMatchObject({ role: "admin", email: person.email });
  expect(existsSync(file)).toBe(false);
  expect((await post(portal, "identity/setup", { ...person, code })).status).toBe(403);
  expect(portal.output()).not.toContain(code);
  expect(portal.output()).not.toContain(person.password);
});

test("ADMIN_EMAIL makes the first admin without anybody, and a start later asks for nothing", async () => {
  const dataDir = newDataDir();
  const file = path.join(newDataDir(), "password");
  const settings = { ADMIN_EMAIL: person.email, ADMIN_PASSWORD_FILE: file };
  writeFileSync(file, "short");
  const refused = await startPortal({ dataDir, settings });
  expect(await refused.ended()).toBe(1);
  expect(refused.lastLine()).toBe(
    "✗ The file of ADMIN_PASSWORD_FILE must hold one line of 12 to 256 characters: make one with openssl rand -base64 24.",
  );

  writeFileSync(file, `${person.password}\n`);
  const portal = await startPortal({ dataDir, settings });
  await portal.ready();
  expect(portal.output()).not.toContain("Make the first admin");
  const signedIn = await post(portal, "identity/sign-in", person);
  expect(await whoIs(portal, signedIn)).toMatchObject({ role: "admin", setupOpen: false });
  portal.child.kill("SIGTERM");
  expect(await portal.ended()).toBe(0);

  writeFileSync(file, "short"); // nobody looks at it any more
  const later = await startPortal({ dataDir, settings });
  await later.ready();
  expect((await post(later, "identity/sign-in", person)).status).toBe(200);
  expect(later.output()).not.toContain(person.password);
});
